import { describe, expect, test } from "vitest";
import { parseExact } from "@/api/exact";
import { csvCell, csvOf } from "./csv";
import { activeCount, arrange, readFilters, writeFilters, type Field } from "./filters";
import { ago, bytes, capital, endOfDay, inputTime, percent, plural, span } from "./format";
import { canon, identityOf, keyedLines } from "./keyed";
import { personaFull, personaWord, ringChoices, ringWord } from "./words";

describe("filters in the URL", () => {
  const fields: Field[] = [
    { kind: "text", key: "q", label: "Text" },
    { kind: "many", key: "state", label: "State", options: [{ value: "new", label: "new" }, { value: "denied", label: "denied" }] },
    { kind: "one", key: "sort", label: "Sort", options: [{ value: "new", label: "new" }] },
    { kind: "flag", key: "all", label: "All" },
  ];
  test("take what the fields know and leave out the rest", () => {
    expect(readFilters(fields, { q: " a ", state: ["new", "nonsense", "new"], sort: "x", all: "true", other: "1" })).toEqual({ q: "a", state: ["new"], all: true });
    expect(readFilters(fields, { state: "denied", all: "no", q: "" })).toEqual({ state: ["denied"] });
  });
  test("lose what is empty and keep what isn't theirs", () => {
    expect(writeFilters({ q: "a", tenant: "all", state: ["new"] }, { q: "", state: [], all: true })).toEqual({ tenant: "all", all: "true" });
  });
  test("have their place: on phones all but the text behind one button, elsewhere the rare ones", () => {
    const some: Field[] = [{ kind: "text", key: "q", label: "Text", main: true }, { kind: "text", key: "who", label: "Who" }, { kind: "flag", key: "all", label: "All" }, { kind: "flag", key: "old", label: "Old", more: true }, { kind: "hidden", key: "id", label: "ID" }];
    const keys = (phone: boolean) => Object.values(arrange(some, phone)).map((list) => list.map((f) => f.key));
    expect(keys(false)).toEqual([["q", "who", "all"], ["old"], ["id"]]);
    expect(keys(true)).toEqual([["q"], ["who", "all", "old"], ["id"]]);
    expect(arrange(some, false, { old: true }).bar.map((f) => f.key), "what is set is seen").toEqual(["q", "who", "all", "old"]);
  });
  test("are counted", () => expect(activeCount(fields, { q: "a", all: true })).toBe(2));
});

describe("CSV", () => {
  test("quotes what needs it, and runs no formula", () => {
    expect(csvOf(["a", "b"], [['x,"y"', 1], [undefined, "=1+1"]])).toBe('a,b\r\n"x,""y""",1\r\n,\'=1+1\r\n');
    expect(csvCell(-3)).toBe("-3");
    expect(csvCell("-3")).toBe("'-3");
  });
});

describe("words", () => {
  const now = new Date("2026-11-22T12:00:00Z");
  test.each([[-2, "just now"], [-65, "1 minute ago"], [-3 * 3600, "3 hours ago"], [86_400 * 2, "in 2 days"]])("%i s is %s", (s, text) => {
    expect(ago(new Date(now.getTime() + s * 1000), now)).toBe(text);
  });
  test("numbers with units", () => {
    expect([span(350), span(4200), span(185_000), span(3_600_000 * 5)]).toEqual(["350 ms", "4.2 s", "3 min 5 s", "5 h 0 min"]);
    expect([bytes(900), bytes(1500), bytes(25_000_000)]).toEqual(["900 B", "1.5 kB", "25 MB"]);
    expect([plural(1, "finding"), plural(1200, "finding"), plural(0, "identity", "identities")]).toEqual(["1 finding", "1,200 findings", "0 identities"]);
  });
});

describe("shares and days", () => {
  test("shares of a whole", () => expect([0, 0.0001, 0.0123, 0.05, 0.5].map(percent)).toEqual(["0%", "less than 0.1%", "1.2%", "5%", "50%"]));
  test("the end of a day is its last second, here", () => {
    expect([endOfDay("2026-13"), endOfDay("")]).toEqual([undefined, undefined]);
    const end = new Date(endOfDay("2026-03-01")!);
    expect([end.getDate(), end.getHours(), end.getSeconds()]).toEqual([1, 23, 59]);
  });
  test("a field of date and time", () => expect(inputTime(new Date(2026, 2, 1, 4, 5, 6))).toBe("2026-03-01T04:05"));
  test("a sentence begins large", () => expect([capital("denied by you"), capital("")]).toEqual(["Denied by you", ""]));
});

describe("two values side by side", () => {
  test("plain values are one line", () => expect(keyedLines("a", "b")).toEqual([{ depth: 0, name: "", mark: "changed", left: "a", right: "b" }]));
  test("order of members and of elements with an identity is no change", () => {
    const lines = keyedLines({ b: 1, a: [{ id: "x", v: 1 }, { id: "y", v: 2 }] }, { a: [{ id: "y", v: 3 }, { id: "x", v: 1 }], b: 1 });
    expect(lines.filter((l) => l.mark !== "same").map((l) => [l.name, l.left, l.right])).toEqual([["a", "", ""], ["y", "", ""], ["v", "2", "3"]]);
  });
  test("lists of plain values are sets: what came and what went", () => {
    expect(keyedLines(["a", "b"], ["b", "c"]).map((l) => [l.mark, l.left ?? null, l.right ?? null])).toEqual([["removed", "a", null], ["same", "b", "b"], ["added", null, "c"]]);
  });
  test("a value that becomes a list is shown as a whole", () => expect(keyedLines("a", ["a"])).toHaveLength(1));
  test("nothing against an object lists the object", () => expect(keyedLines(undefined, { a: 1, b: { c: 2 } }).every((l) => l.mark === "added" && l.left === undefined)).toBe(true));
  test("identities must tell all elements apart", () => {
    expect(identityOf([{ id: 1, name: "a" }], [{ id: 1, name: "b" }])).toBe("id");
    expect(identityOf([{ id: 1, name: "a" }, { id: 1, name: "b" }], [])).toBe("name");
    expect(identityOf([{ x: 1 }], [])).toBeUndefined();
  });
  test("a member named as one that all objects inherit is like any other", () => {
    const names = ["constructor", "toString", "__proto__"];
    const right = JSON.parse('{"constructor":1,"toString":2,"__proto__":3}') as unknown;
    expect(keyedLines({}, right).map((l) => [l.name, l.mark, l.left, l.right])).toEqual(names.map((n, i) => [n, "added", undefined, String(i + 1)]));
    expect(keyedLines(right, {}).map((l) => l.mark)).toEqual(["removed", "removed", "removed"]);
    expect(identityOf([{ id: undefined }], [{}])).toBeUndefined();
  });
  test("numbers that JavaScript would round are compared and shown as they are", () => {
    const [a, b] = [parseExact('{"n":9007199254740993}'), parseExact('{"n":9007199254740992}')];
    expect(keyedLines(a, b)).toEqual([{ depth: 0, name: "n", mark: "changed", left: "9007199254740993", right: "9007199254740992" }]);
    expect(keyedLines(a, parseExact('{"n":9007199254740993}'))[0]!.mark).toBe("same");
  });
  test("equal values have one text", () => expect(canon({ b: [1, { d: null, c: "x" }], a: 1 })).toBe(canon({ a: 1, b: [1, { c: "x", d: null }] })));
});

describe("names of the server", () => {
  test("have one word on every screen, and none is lost", () => {
    expect(["UNCLASS", "CUI", "SECRET", "TOPSECRET", "OTHER"].map(ringWord)).toEqual(["unclassified", "controlled", "secret", "top secret", "OTHER"]);
    expect([personaWord("guardian"), personaFull("sentinel"), personaFull("mine")]).toEqual(["Guardian", "Sentinel: bolder", "mine"]);
    expect(ringChoices.map((c) => c.label)).toEqual(["Unclassified", "Controlled", "Secret", "Top secret"]);
  });
});
