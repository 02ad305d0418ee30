import { describe, expect, test } from "vitest";
import { nameOf } from "./shortcuts";
import { parseSearch, stringifySearch } from "./search";

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
