import { expect, test } from "vitest";
import type { Search } from "@/app/search";
import { readFilters } from "@/ui/filters";
import { merge, nameOf, readArchive, writeArchive } from "./archive";
import { tacticName, techniqueName } from "./attack";
import { documentAt, fieldsIn, fieldsOf, filterBounds, firedBeside, firedScenarios, logsourceWords, narrowed, rulesAsk, searchOf, watches, yamlParts, type Scenario, type Summary } from "./logic";

const readRuleFilters = (search: Search) => readFilters(fieldsOf(undefined, search), search);

test("filters of the URL as the API takes them; what is not known is left out", () => {
  const v = readRuleFilters({ level: "nonsense", state: "off", hit: "no", product: "windows", window: "7d", sort: "title", asc: "true" });
  expect(rulesAsk(v, "tn_b").query).toEqual({ product: "windows", enabled: false, hit: false, window: "7d", sort: "title", desc: false, tenant: "tn_b", limit: 500 });
  expect(rulesAsk(readRuleFilters({}), undefined).query).toMatchObject({ window: "30d", sort: "decisions", desc: true });
  expect(narrowed(readRuleFilters({ sort: "title", window: "7d" }))).toBe(false);
  expect(narrowed(readRuleFilters({ q: "x" }))).toBe(true);
});

test("what watches, in one sentence", () => {
  const s = { on: 199, off: 2, tuned: 3, hit: 5, window: "30d" } as Summary;
  expect(watches(s, 0)).toBe("199 rules are on, 2 silenced, 3 tuned; 5 fired in the last 30 days.");
  expect(watches({ ...s, on: 1, off: 0, tuned: 0, hit: 0, window: "all" }, 0)).toBe("1 rule is on; none fired so far.");
  expect(watches({ ...s, off: 0, tuned: 0 }, 7)).toBe("199 rules are on; 5 rules and 7 scenarios fired in the last 30 days.");
  expect(watches({ ...s, off: 0, tuned: 0, hit: 0 }, 1)).toBe("199 rules are on; 0 rules and 1 scenario fired in the last 30 days.");
  expect(watches({ ...s, off: 0, tuned: 0 }, undefined)).toBe("199 rules are on; 5 fired in the last 30 days.");
  expect(watches({ ...s, off: 0, tuned: 0, hit: 0 }, undefined)).toBe("199 rules are on; no rule fired in the last 30 days.");
});

test("scenarios that fired, most often first", () => {
  const s = (title: string, decisions: number) => ({ title, decisions }) as Scenario;
  expect(firedScenarios([s("b", 1), s("c", 0), s("a", 1), s("d", 9)]).map((x) => x.title)).toEqual(["d", "a", "b"]);
  expect(firedScenarios(undefined)).toEqual([]);
});

test("scenarios that fired stand beside a summary only where they were read, for the same window", () => {
  const now = { isPlaceholderData: false };
  const q = { data: { items: [{ id: "a", title: "a", decisions: 1 }, { id: "b", title: "b", decisions: 0 }] as Scenario[] }, error: null, isPlaceholderData: false };
  expect(firedBeside(now, q)?.map((s) => s.id)).toEqual(["a"]);
  expect(firedBeside(now, { ...q, data: undefined, error: new Error("away") })).toBeUndefined();
  expect(firedBeside(now, { ...q, error: new Error("away") })).toBeUndefined();
  expect(firedBeside(now, { ...q, isPlaceholderData: true })).toBeUndefined();
  expect(firedBeside({ isPlaceholderData: true }, q)).toBeUndefined();
});

test("the rule's own part of a file, and YAML in parts", () => {
  expect(documentAt("title: A\n---\ntitle: B\nid: 2\n---\ntitle: C\n", 3)).toEqual({ first: 3, lines: ["title: B", "id: 2"], whole: false });
  expect(documentAt("title: A\n", 1)).toMatchObject({ first: 1, whole: true });
  expect(yamlParts("    Image|endswith: '\\a.exe'").map((p) => p.as)).toEqual([undefined, "name", undefined, "string"]);
  expect(yamlParts("# why")[0]!.as).toBe("comment");
  expect(yamlParts("level: 5").at(-1)!.as).toBe("number");
});

test("a search of parts, and the fields that a rule asks for", () => {
  expect(searchOf([{ field: "User", test: "", value: "backup" }, { field: "Image", test: "|endswith", value: "\\a.exe\n\\b.exe\n" }, { field: "", test: "", value: "x" }])).toEqual({ User: "backup", "Image|endswith": ["\\a.exe", "\\b.exe"] });
  const clause = (text: string) => ({ depth: 0, text, values: [] });
  expect(fieldsIn([clause("all of"), clause("Image ends with one of"), clause("not: User is"), clause("Image contains")])).toEqual(["Image", "User"]);
});

test("a filter of every rule ends within a day", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  const b = filterBounds(now, true);
  expect(Date.parse(`${b.most}:00`) - now.getTime()).toBeLessThan(86_400_000);
  expect(Date.parse(`${filterBounds(now, false).most}:00`) - now.getTime()).toBeLessThanOrEqual(366 * 86_400_000);
});

test("archives are read as they are written, and a rule takes the place of its old text", () => {
  const old = [{ name: "a.yml", text: "title: A\nid: 1\n" }, { name: "b.yml", text: "title: B\nid: 2\n" }];
  expect(readArchive(writeArchive(old))).toEqual(old);
  expect(merge(old, [{ name: "c.yml", text: "title: B2\nid: 2\n" }]).map((f) => f.name)).toEqual(["a.yml", "c.yml"]);
  expect(merge(old, [{ name: "a.yml", text: "title: A2\n" }])).toHaveLength(2);
  expect(nameOf("title: 'Evil: a command!'\n")).toBe("evil_a_command.yml");
});

test("techniques and tactics by name", () => {
  expect(techniqueName("T1110.003")).toBe("Brute Force: Password Spraying");
  expect(techniqueName("T1685")).toBe("Disable or Modify Tools");
  expect(techniqueName("T9999")).toBeUndefined();
  expect(tacticName("credential-access")).toBe("Credential access");
  expect(logsourceWords({ product: "windows", category: "process_creation" })).toBe("windows, process creation");
});
