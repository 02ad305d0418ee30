import { expect, test } from "vitest";
import { keyName, keysIn, restsOn, strangers, textOf, withMember } from "./logic";

const a = "logs.example+0a1b2c3d+ATx/y=";
const b = "logs.example+ffffffff+AU+z";

test("keys are found in lines, policies and JSON, each once", () => {
  expect(keysIn(`# old\n${a}\n${a}\n`)).toEqual([a]);
  expect(keysIn(`log ${a}\nwitness w1 ${b}\nquorum w1\n`)).toEqual([a, b]);
  expect(keysIn(JSON.stringify({ vkey: a, vkeys: [a, b] }))).toEqual([a, b]);
  expect(keysIn("no key at all + here")).toEqual([]);
});

test("a key is named without the key", () => expect(keyName(b)).toBe("logs.example+ffffffff"));

test("keys of the server that are not pinned are told", () => {
  expect(textOf({ vkey: a, vkeys: [a, b] })).toBe(`${a}\n${b}`);
  expect(strangers(a, { vkey: b, vkeys: [b, a] })).toEqual([b]);
  expect(strangers(`${a}\n${b}`, { vkey: b, vkeys: [] })).toEqual([]);
  expect(strangers("", undefined)).toEqual([]);
});

test("a member is added without touching numbers", () => {
  expect(withMember('{"n":18446744073709551615,"f":0.500}\n', "receipt", '{"a":1}')).toBe('{"n":18446744073709551615,"f":0.500,"receipt":{"a":1}}');
  expect(withMember("{ }", "a", "1")).toBe('{ "a":1}');
  expect(() => withMember("null", "a", "1")).toThrow();
});

test("a verdict names the keys that it rests on, and how they came", () => {
  expect(restsOn("pinned", b)).toBe("Checked with the key that you pinned in this browser: logs.example+ffffffff. Nobody else’s pins count for you.");
  expect(restsOn("server", `${a}\n${b}`)).toContain("that this server names itself, learnt just now (logs.example+0a1b2c3d, logs.example+ffffffff)");
  expect(restsOn("pinned", "no key")).toContain("without any key");
});
