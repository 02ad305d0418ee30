import { describe, expect, test } from "vitest";
import { buildUrl } from "./client";
import { backoff, sseParser, type StreamEvent } from "./stream";

describe("URLs of requests", () => {
  test("names are escaped, empty values left out, lists repeated", () => {
    expect(buildUrl("/api/v1/x/{id}", { id: "a/b c" }, { q: "ü&", none: undefined, empty: "", many: ["1", "2"], n: 0, yes: false })).toBe("/api/v1/x/a%2Fb%20c?q=%C3%BC%26&many=1&many=2&n=0&yes=false");
  });
  test("a missing name is said", () => expect(() => buildUrl("/x/{id}", {})).toThrow("needs id"));
});

describe("server-sent events", () => {
  const take = (...chunks: string[]) => {
    const out: StreamEvent[] = [];
    const feed = sseParser((e) => out.push(e));
    chunks.forEach(feed);
    return out;
  };
  test("come whole, however they are cut", () => {
    const text = "id: 7\nevent: decision\ndata: {\"a\":\ndata: 1}\n\n: heartbeat\n\ndata: x\n\n";
    const whole = take(text);
    expect(whole).toEqual([{ id: "7", event: "decision", data: '{"a":\n1}' }, { id: "7", event: "message", data: "x" }]);
    for (let i = 1; i < text.length; i++) expect(take(text.slice(0, i), text.slice(i))).toEqual(whole);
  });
  test("end of lines by CR LF too, and nothing before the empty line", () => {
    expect(take("data: a\r", "\n\r\ndata: b\r\n")).toEqual([{ id: "", event: "message", data: "a" }]);
  });
  test("waiting grows and stays within its bounds", () => {
    expect([backoff(0, 0), backoff(0, 1), backoff(20, 1)]).toEqual([250, 500, 15_000]);
  });
});
