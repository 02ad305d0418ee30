import { describe, expect, test } from "vitest";
import { features } from "@/features";
import { fitting } from "./palettefit";
import { parseSearch, stringifySearch } from "./search";
import { nameOf } from "./shortcuts";
import { typeahead } from "./typeahead";

describe("the console's own URLs", () => {
  test("say what they said", () => {
    for (const s of ["", "?q=a+b&state=new&state=denied&tenant=all", "?q=%C3%BC"]) expect(stringifySearch(parseSearch(s))).toBe(s);
  });
  test("have no empty values", () => expect(stringifySearch({ a: "", b: undefined, c: null, d: [], e: 1 })).toBe("?e=1"));
});

describe("keys", () => {
  const key = (k: string, more = {}) => nameOf({ key: k, ctrlKey: false, metaKey: false, altKey: false, ...more });
  test("have one name whatever the platform", () => {
    expect([key("J"), key("?"), key("k", { ctrlKey: true }), key("k", { metaKey: true }), key("Enter"), key(" "), key("Shift")]).toEqual(["j", "?", "mod+k", "mod+k", "Enter", "Space", ""]);
  });
});

describe("the navigation", () => {
  const items = features.flatMap((f) => f.nav);
  test.each(["key", "icon", "to", "label"] as const)("has each %s once", (what) => {
    const all = items.map((n) => n[what]).filter((v) => v !== undefined);
    expect(all.filter((v, i) => all.indexOf(v) !== i)).toEqual([]);
  });
});

describe("the palette", () => {
  const press = (key: string, more = {}) => typeahead.press({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });
  test("has the keys from its own key on until it closes", () => {
    expect(press("e")).toBe(false);
    typeahead.begin();
    expect([..."webhx"].map((k) => press(k))).toEqual([true, true, true, true, true]);
    press("Backspace");
    typeahead.begin(); // once more, for who is impatient
    press("k", { ctrlKey: true });
    const got: string[] = [];
    const leave = typeahead.into((t) => got.push(t));
    press("o");
    expect(got).toEqual(["webh", "o"]);
    leave();
    typeahead.end();
    expect(press("e")).toBe(false);
  });
  test("forgets what was typed when it closes", () => {
    typeahead.begin();
    press("e");
    typeahead.end();
    typeahead.begin();
    const got: string[] = [];
    typeahead.into((t) => got.push(t))();
    typeahead.end();
    expect(got).toEqual([]);
  });

  const groups = [
    { group: "Open", actions: [{ label: "Open finding fnd_1" }] },
    { group: "Screens", actions: [{ label: "Evidence", keywords: ["proof", "log"] }, { label: "Logs" }, ...Array.from({ length: 30 }, (_, i) => ({ label: `Screen ${i}`, keywords: ["many"] }))] },
    { group: "Tenants", actions: [{ label: "Proof AG", description: "Switch tenant" }] },
    { group: "Search", actions: [{ label: "Search the feed for “proof”" }] },
  ];
  const said = (q: string) => fitting(q, groups).map((g) => [g.group, ...g.actions.map((a) => a.label)]);
  test("offers to search whatever is called so, and after it", () => {
    expect(said("proof")).toEqual([["Open", "Open finding fnd_1"], ["Tenants", "Proof AG"], ["Screens", "Evidence"], ["Search", "Search the feed for “proof”"]]);
    expect(said("203.0.113.13").map((g) => g[0])).toEqual(["Open", "Search"]);
    expect(said("log")[1]).toEqual(["Screens", "Logs", "Evidence"]);
    expect(fitting("many", groups)[1]!.actions).toHaveLength(7);
  });
});
