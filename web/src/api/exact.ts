// JSON that keeps what people's data says. A number that JavaScript would round
// is kept as its text; typed members of answers stay numbers.

/** A number that no JavaScript number is. It shows, and is written, as it came. */
export class Num {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  toString(): string {
    return this.#text;
  }
  /** Nearest, for whoever reckons with it. */
  valueOf(): number {
    return Number(this.#text);
  }
  toJSON(): unknown {
    return raw ? raw(this.#text) : this.#text;
  }
}

const raw = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON;

/** Sign, digits and the power of ten of a number, in one form for each value. */
function normal(text: string): string {
  const m = /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!m) return text;
  const [, sign = "", whole = "", part = "", power = "0"] = m;
  const digits = (whole + part).replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  return kept === "" ? "0" : `${sign}${kept}e${BigInt(power) - BigInt(part.length) + BigInt(digits.length - kept.length)}`;
}

/** Whether JavaScript's number has the value that the text says. */
export function isExact(text: string): boolean {
  const n = Number(text);
  return Number.isFinite(n) && normal(String(n)) === normal(text);
}

/** Few answers hold such a number: only those are read with care. */
const perhaps = /[\d.]{16,}|\d[eE][+-]?\d{3}/;

/** The text with each number that would be rounded as a string that begins with the mark. */
function marked(text: string, mark: string): string {
  const number = /-?\d[\d.eE+-]*/y;
  let out = "";
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 34) {
      for (i++; i < text.length && text.charCodeAt(i) !== 34; i++) if (text.charCodeAt(i) === 92) i++;
    } else if (c === 45 || (c >= 48 && c <= 57)) {
      number.lastIndex = i;
      const found = number.exec(text)?.[0];
      if (!found) continue;
      if (!isExact(found)) {
        out += `${text.slice(from, i)}"${mark}${found}"`;
        from = i + found.length;
      }
      i += found.length - 1;
    }
  }
  return from === 0 ? text : out + text.slice(from);
}

// Nobody can guess it, so that no text of a stranger is taken for a number.
const newMark = () => `number ${crypto.randomUUID()} `;

/** JSON.parse, but numbers that would be rounded come as Num. */
export function parseExact(text: string): unknown {
  const plain = JSON.parse(text) as unknown; // refuses what is no JSON
  if (!perhaps.test(text)) return plain;
  const mark = newMark();
  const careful = marked(text, mark);
  if (careful === text) return plain;
  const back = (v: unknown): unknown => (typeof v === "string" && v.startsWith(mark) ? new Num(v.slice(mark.length)) : v);
  return each(JSON.parse(careful), back);
}

const isObject = (v: unknown): v is Record<string, unknown> => v !== null && typeof v === "object" && !(v instanceof Num);

/** Changes the plain values in place, without recursion: documents may be deep. */
function each(root: unknown, change: (v: unknown) => unknown, into: (name: string) => boolean = () => true): unknown {
  if (!isObject(root)) return change(root);
  const todo: object[] = [root];
  for (let o = todo.pop(); o; o = todo.pop()) {
    for (const name of Object.keys(o)) {
      if (!into(name)) continue;
      const v = Reflect.get(o, name) as unknown;
      if (isObject(v)) todo.push(v);
      else if (change(v) !== v) Object.defineProperty(o, name, { value: change(v), configurable: true, enumerable: true, writable: true });
    }
  }
  return root;
}

/** Members of answers that hold what sources sent, in no form of ours. */
const theirs = new Set(["payload", "extra", "content", "from_value", "to_value", "value", "recorded", "replayed", "receipt"]);

/** An answer of the API: people's data exactly, and all else with the numbers that its types say. */
export function readAnswer(text: string): unknown {
  return each(parseExact(text), (v) => (v instanceof Num ? v.valueOf() : v), (name) => !theirs.has(name));
}

/** JSON.stringify that writes such numbers as they came. */
export function jsonText(value: unknown, indent?: number): string {
  const mark = newMark();
  let some = false;
  const text = JSON.stringify(value, function (this: Record<string, unknown>, name: string, v: unknown) {
    const was = this[name];
    if (!(was instanceof Num)) return v;
    some = true;
    return mark + String(was);
  }, indent) as string | undefined;
  return text === undefined ? "null" : some ? text.replaceAll(new RegExp(`"${mark}([^"]*)"`, "g"), "$1") : text;
}
