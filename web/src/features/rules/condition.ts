// Conditions of scenarios (CEL) in words, as far as they are plain ones; pure.
// What can't be said exactly is not said at all: the screen then shows the text.
import { fieldWord, withArticle } from "./fieldwords";

type Node =
  | { is: "and" | "or"; of: Node[] }
  | { is: "not"; of: Node }
  | { is: "test"; op: string; a: Node; b: Node }
  | { is: "text" | "number"; value: string }
  | { is: "list"; of: Node[] }
  | { is: "field"; path: string }
  | { is: "call"; name: string; on?: Node; args: Node[] }
  | { is: "choice"; by: Node; of: Node[] };

const token = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(&&|\|\||==|!=|>=|<=|[<>!().,[\]?:]))/y;

function tokens(text: string): string[] {
  const out: string[] = [];
  const s = text.trim();
  for (token.lastIndex = 0; token.lastIndex < s.length; ) {
    const m = token.exec(s);
    if (!m) throw new Error("not plain");
    out.push(m[0].trim());
  }
  return out;
}

/** Reads the part of CEL that conditions are mostly written in; throws on the rest. */
class Reader {
  private at = 0;
  constructor(private readonly list: readonly string[]) {}

  whole(): Node {
    const n = this.choice();
    if (this.at < this.list.length) throw new Error("more than one condition");
    return n;
  }
  private take(t: string): boolean {
    if (this.list[this.at] !== t) return false;
    this.at++;
    return true;
  }
  private need(t: string) {
    if (!this.take(t)) throw new Error(`no ${t}`);
  }
  private choice(): Node {
    const n = this.joined("||", "or", () => this.joined("&&", "and", () => this.test()));
    if (!this.take("?")) return n;
    const yes = this.choice();
    this.need(":");
    return { is: "choice", by: n, of: [yes, this.choice()] };
  }
  private joined(op: string, is: "and" | "or", next: () => Node): Node {
    const of = [next()];
    while (this.take(op)) of.push(next());
    return of.length === 1 ? of[0]! : { is, of };
  }
  private test(): Node {
    if (this.take("!")) return { is: "not", of: this.test() };
    const a = this.value();
    const op = this.list[this.at] ?? "";
    if (!["==", "!=", ">=", "<=", ">", "<", "in"].includes(op)) return a;
    this.at++;
    return { is: "test", op, a, b: this.value() };
  }
  private value(): Node {
    const t = this.list[this.at++] ?? "";
    let n: Node;
    if (t === "(") {
      n = this.choice();
      this.need(")");
    } else if (t === "[") n = { is: "list", of: this.args("]") };
    else if (/^["']/.test(t)) n = { is: "text", value: t.slice(1, -1).replace(/\\(.)/g, "$1") };
    else if (/^\d/.test(t)) n = { is: "number", value: t };
    else if (/^[A-Za-z_]/.test(t)) n = this.take("(") ? { is: "call", name: t, args: this.args(")") } : { is: "field", path: t };
    else throw new Error("no value");
    while (this.take(".")) {
      const name = this.list[this.at++] ?? "";
      if (this.take("(")) n = { is: "call", name, on: n, args: this.args(")") };
      else if (n.is === "field") n = { is: "field", path: `${n.path}.${name}` };
      else throw new Error("a part of no field");
    }
    return n;
  }
  private args(end: string): Node[] {
    const out: Node[] = [];
    while (!this.take(end)) {
      if (out.length > 0) this.need(",");
      out.push(this.choice());
    }
    return out;
  }
}

/** "a, b or c" */
const oneOf = (list: string[]) => (list.length < 2 ? list.join("") : `${list.slice(0, -1).join(", ")} or ${list.at(-1)!}`);

/** Whole tests that people have a word for. */
const phrases: Record<string, string> = {
  "payload.action == user_added": "an account is made", "payload.action == group_member_added": "an account is added to a group", "fail_count >= 1": "at least one failure is counted", "fail_count == 1": "one failure is counted", "fail_count == 0": "no failure is counted",
};
const compares: Record<string, string> = { "==": "is", "!=": "is not", ">=": "is at least", "<=": "is at most", ">": "is more than", "<": "is less than" };
const calls: Record<string, string> = { startsWith: "starts with", endsWith: "ends with", contains: "contains" };
/** Groups that Windows has everywhere, by the end of their SID. */
const windowsGroups: Record<string, string> = { "-544": "Administrators", "-512": "Domain Admins", "-518": "Schema Admins", "-519": "Enterprise Admins" };

const quoted = (n: Node): string => {
  if (n.is === "text") return `“${n.value}”`;
  if (n.is === "number") return n.value;
  throw new Error("no plain value");
};

const guards = (n: Node): boolean => n.is === "call" && n.name === "has" && !n.on;

/** The field that is looked at; a choice of one field by several paths is that field. */
function fieldOf(n: Node): string {
  if (n.is === "field") return fieldWord(n.path).word;
  if (n.is !== "choice" || !guards(n.by)) throw new Error("no field");
  const [a, b] = n.of.map(fieldOf);
  if (a !== b) throw new Error("several fields");
  return a!;
}

function patternWords(pattern: string): string {
  const ends = /^-\(([\d|]+)\)\$$/.exec(pattern);
  if (ends) return `ends with ${oneOf(ends[1]!.split("|").map((n) => (windowsGroups[`-${n}`] ? `-${n} (${windowsGroups[`-${n}`]})` : `-${n}`)))}`;
  const plain = /^(\(\?i\))?([\w ]+)$/.exec(pattern);
  return plain ? `contains “${plain[2]}”${plain[1] ? ", in small or capital letters" : ""}` : `fits the pattern ${pattern}`;
}

function testWords(op: string, a: Node, b: Node): string {
  const phrase = a.is === "field" && (b.is === "text" || b.is === "number") && phrases[`${a.path} ${op} ${b.value}`];
  if (phrase) return phrase;
  const field = fieldOf(a);
  if (op === "in") {
    if (b.is !== "list" || b.of.length === 0) throw new Error("no list");
    return `the ${field} is ${oneOf(b.of.map(quoted))}`;
  }
  const empty = b.is === "text" && b.value === "";
  // An event that lacks the field fits neither of these, while "is not y" and "there is no x" would take it in.
  if (mayLack(a) && op === (empty ? "==" : "!=")) throw new Error("not without a word about its lack");
  if (empty && (op === "==" || op === "!=")) return op === "==" ? `there is no ${field}` : `there is ${withArticle(field)}`;
  return `the ${field} ${compares[op]} ${quoted(b)}`;
}

/** The fields that a condition looks at. */
function fieldsOf(n: Node): string[] {
  switch (n.is) {
    case "field": return [n.path];
    case "and": case "or": case "list": return n.of.flatMap(fieldsOf);
    case "choice": return [n.by, ...n.of].flatMap(fieldsOf);
    case "not": return fieldsOf(n.of);
    case "test": return [n.a, n.b].flatMap(fieldsOf);
    case "call": return [...(n.on ? [n.on] : []), ...n.args].flatMap(fieldsOf);
    default: return [];
  }
}

/** Fields of the event as it was sent may be absent; those that every event has are empty then. */
const mayLack = (n: Node): boolean => fieldsOf(n).some((f) => f.startsWith("payload."));

const looksAt = (n: Node, field: string): boolean => fieldsOf(n).some((f) => f === field || f.startsWith(`${field}.`));

/** Whether a condition can't be true without a field, whichever of its branches holds. */
function needs(n: Node, field: string): boolean {
  switch (n.is) {
    case "or": return n.of.every((c) => needs(c, field));
    case "and": return n.of.some((c) => needs(c, field));
    case "choice": return n.of.every((c) => needs(c, field));
    case "test": return needs(n.a, field);
    case "call": return n.on ? needs(n.on, field) : looksAt(n, field);
    default: return looksAt(n, field);
  }
}

/** That a field is there is asked before its value is, and goes without saying; where it would have to be said, nothing is. */
function withoutGuards(all: Node[]): Node[] {
  const tests: Node = { is: "and", of: all.filter((n) => !guards(n)) };
  const needless = (n: Node) => {
    if (!guards(n) || !fieldsOf(n).every((f) => looksAt(tests, f))) return false;
    if (!fieldsOf(n).every((f) => needs(tests, f))) throw new Error("a field that only some branches need");
    return true;
  };
  return all.filter((n) => !needless(n));
}

function andWords(of: Node[]): string {
  const all = withoutGuards(of);
  const either = all.filter((n) => n.is === "or");
  if (either.length > 1) throw new Error("not to be said in one line");
  const plain = all.filter((n) => n.is !== "or").map(words);
  return [...plain, ...either.map((n) => (plain.length > 0 ? `either ${words(n)}` : words(n)))].join(" and ");
}

function callWords(n: Extract<Node, { is: "call" }>): string {
  if (guards(n)) return `there is ${withArticle(fieldOf(n.args[0]!))}`;
  const arg = n.args[0];
  if (!n.on || !arg || n.args.length > 1) throw new Error("another call");
  if (n.name === "matches" && arg.is === "text") return `the ${fieldOf(n.on)} ${patternWords(arg.value)}`;
  if (!calls[n.name]) throw new Error("another call");
  return `the ${fieldOf(n.on)} ${calls[n.name]} ${quoted(arg)}`;
}

function words(n: Node): string {
  switch (n.is) {
    case "and": return andWords(n.of);
    case "or": return n.of.map(words).join(n.of.some((c) => c.is === "and" && withoutGuards(c.of).length > 1) ? ", or " : " or ");
    case "test": return testWords(n.op, n.a, n.b);
    case "call": return callWords(n);
    default: throw new Error("no condition");
  }
}

/** "an account is made and the outcome is “success”"; undefined where it can't be said. */
export function conditionWords(cel: string | undefined): string | undefined {
  if (!cel) return undefined;
  try {
    return words(new Reader(tokens(cel)).whole());
  } catch {
    return undefined;
  }
}
