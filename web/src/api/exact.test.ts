import { describe, expect, test } from "vitest";
import { isExact, jsonText, Num, parseExact, readAnswer } from "./exact";

const big = '{"a":9007199254740993,"b":[18446744073709551615,-0.1234567890123456789,1e400,1E-400],"c":1,"d":0.5,"e":1.50,"s":"9007199254740993","__proto__":{"x":12345678901234567890}}';

describe("numbers", () => {
  test.each([["1", true], ["1.50", true], ["1e-7", true], ["1E+02", true], ["9007199254740992", true], ["100000000000000000000000", true], ["0.1", true], ["-0.0", true], ["9007199254740993", false], ["18446744073709551615", false], ["0.1234567890123456789", false], ["1e400", false], ["1e-400", false]])("%s is one of JavaScript: %s", (text, exact) => {
    expect(isExact(text)).toBe(exact);
  });

  test("are written as they were read, and nothing else is touched", () => {
    expect(jsonText(parseExact(big))).toBe(big.replace("1.50", "1.5"));
    expect(jsonText(parseExact('{"quote \\" 9007199254740993":"a \\\\","n":-9007199254740993}'))).toBe('{"quote \\" 9007199254740993":"a \\\\","n":-9007199254740993}');
    expect(String(parseExact("9007199254740993"))).toBe("9007199254740993");
    expect(jsonText({ n: new Num("9007199254740993") }, 1)).toBe('{\n "n": 9007199254740993\n}');
    expect(jsonText(undefined)).toBe("null");
  });

  test("what is no JSON is refused", () => expect(() => parseExact('{"a":9007199254740993')).toThrow());

  test("of a deep document too", () => {
    const deep = `${"[".repeat(5000)}9007199254740993${"]".repeat(5000)}`;
    let v = parseExact(deep);
    for (let i = 0; i < 5000; i++) v = (v as unknown[])[0];
    expect(String(v)).toBe("9007199254740993");
  });

  test("of answers: people's data is exact, typed members stay numbers", () => {
    const v = readAnswer('{"total":9007199254740993,"items":[{"score":0.1234567890123456789,"payload":{"id":9007199254740993}}]}') as { total: number; items: { score: number; payload: { id: unknown } }[] };
    expect([typeof v.total, typeof v.items[0]!.score]).toEqual(["number", "number"]);
    expect(v.items[0]!.payload.id).toBeInstanceOf(Num);
    expect(`${String(v.items[0]!.payload.id)}`).toBe("9007199254740993");
  });
});
