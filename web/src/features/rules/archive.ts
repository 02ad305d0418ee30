// Rules as they are sent: an archive of files, each behind a line with its name.
export interface RuleFile {
  name: string;
  text: string;
}

const head = /^-- (.+) --$/;

/** A file name from a rule's title or ID. */
export function nameOf(text: string): string {
  const title = /^title:\s*(.+)$/m.exec(text)?.[1] ?? /^id:\s*(.+)$/m.exec(text)?.[1] ?? "rule";
  const slug = title.trim().replace(/^['"]|['"]$/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 80);
  return `${slug || "rule"}.yml`;
}

export function writeArchive(files: readonly RuleFile[]): string {
  return files.map((f) => `-- ${f.name} --\n${f.text.endsWith("\n") ? f.text : `${f.text}\n`}`).join("");
}

export function readArchive(text: string): RuleFile[] {
  const out: { name: string; lines: string[] }[] = [];
  for (const line of text.split(/(?<=\n)/)) {
    const m = head.exec(line.replace(/\r?\n$/, ""));
    if (m) out.push({ name: m[1]!, lines: [] });
    else out.at(-1)?.lines.push(line);
  }
  return out.map((f) => ({ name: f.name, text: f.lines.join("") }));
}

const idOf = (text: string) => /^id:\s*(\S+)/m.exec(text)?.[1];

/** What is there with files added: a file of the same name, or the same rule's ID, is replaced. */
export function merge(old: readonly RuleFile[], added: readonly RuleFile[]): RuleFile[] {
  const names = new Set(added.map((f) => f.name));
  const ids = new Set(added.map((f) => idOf(f.text)).filter((id) => id !== undefined));
  return [...old.filter((f) => !names.has(f.name) && !ids.has(idOf(f.text) ?? "")), ...added];
}
