// What people call the fields of events; pure.

/** By the end of a field's path: its last two parts, or its last one. */
const known: Record<string, string> = {
  src_ip: "source address", SourceIp: "source address", "source.ip": "source address", "src_endpoint.ip": "source address", srcaddr: "source address", sourceIPAddress: "source address", IpAddress: "source address",
  dst_ip: "destination address", DestinationIp: "destination address", "destination.ip": "destination address", "dst_endpoint.ip": "destination address", dstaddr: "destination address", DestAddress: "destination address",
  dst_port: "destination port", DestinationPort: "destination port", "destination.port": "destination port", "dst_endpoint.port": "destination port", dstport: "destination port", DestPort: "destination port",
  fail_count: "count of failures", user: "user", host: "host", userName: "user", group: "group", groupName: "group", action: "action", outcome: "outcome", event_type: "event type", eventName: "API call", eventSource: "service", policyArn: "policy",
  src_country: "country", country: "country", country_iso_code: "country", countryOrRegion: "country", country_code: "country", "location.country": "country",
  accessKeyId: "access key", session_id: "session", "session.id": "session", externalSessionId: "session",
  recipientAccountId: "AWS account", "userIdentity.accountId": "AWS account",
  MemberSid: "account (by its SID)", TargetSid: "target’s SID",
};

/** One path in words: "payload.requestParameters.userName" is "user"; what is not known is its last part, spelt out. */
export function fieldWord(path: string): { word: string; known: boolean } {
  const parts = path.trim().split(".");
  const word = known[parts.slice(-2).join(".")] ?? known[parts.at(-1)!];
  return word ? { word, known: true } : { word: parts.at(-1)!.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ").toLowerCase().replace(/^src /, "source ").replace(/^dst /, "destination "), known: false };
}

/** A key or a value: the first of these fields that an event has. */
export function keyWord(key: string): { word: string; known: boolean } {
  const all = key.split("|").map((k) => fieldWord(k));
  // Windows names an account by its SID, as the member of a group and as the target when it is made.
  const words = [...new Set(all.map((f) => f.word))].filter((w, _, list) => w !== known.TargetSid || !list.includes(known.MemberSid!));
  const first = all[0]!;
  return first.known && all.every((f) => f.known) ? { word: words.join(" or "), known: true } : first;
}

export const keyWords = (keys: readonly string[]) => keys.map((k) => keyWord(k).word).join(" and ");

const many = (word: string) => (/[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : /(s|x)$/.test(word) ? `${word}es` : `${word}s`);

/** "different users"; of what has no plain word, "different values of session hash". */
export function differentWords(of: string, n: number | undefined): string {
  const f = keyWord(of);
  if (!f.known || !/^[a-z ]+$/.test(f.word) || f.word.includes(" or ")) return `different ${n === 1 ? "value" : "values"} of ${f.word}`;
  return `different ${n === 1 ? f.word : many(f.word)}`;
}

/** "an address", "a user". */
export const withArticle = (word: string) => `${/^[aeio]/i.test(word) ? "an" : "a"} ${word}`;
