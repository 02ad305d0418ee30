import { afterEach, describe, expect, test, vi } from "vitest";
import { ApiError, buildUrl, send, session } from "./client";
import { connection } from "./connection";
import { backoff, sseParser, stream, type StreamEvent } from "./stream";

afterEach(() => {
  vi.unstubAllGlobals();
  session.ended = () => {};
  session.over = undefined;
});

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

describe("a stream", () => {
  const answer = (text: string, status = 200) => new Response(text, { status, headers: { "Content-Type": status === 200 ? "text/event-stream" : "application/problem+json" } });

  test("that is refused with 401 ends the session, once, and does not try again", async () => {
    const asked = vi.fn(async () => answer(JSON.stringify({ status: 401, code: "unauthorized", title: "No", detail: "The key was revoked." }), 401));
    vi.stubGlobal("fetch", asked);
    const ended = vi.fn();
    session.ended = ended;
    const refused = vi.fn();
    await stream("/api/v1/feed/stream", "7", { onEvent: () => undefined, onRefused: refused }, new AbortController().signal);
    expect(ended).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ status: 401, detail: "The key was revoked." }));
    expect(refused).toHaveBeenCalledOnce();
    expect(asked).toHaveBeenCalledOnce();
  });

  test("goes on after the last event, and after where it began when none had come", async () => {
    const end = new AbortController();
    const from: (string | null)[] = [];
    const answers = [": from 5\n\n", "id: 5\ndata: x\n\n", ""];
    vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
      from.push(new Headers(init.headers).get("Last-Event-ID"));
      const next = answers.shift();
      if (!next) end.abort();
      return answer(next ?? "");
    });
    await stream("/s", "", { onEvent: () => undefined }, end.signal);
    expect(from).toEqual([null, "4", "5"]);
  });

  test("says that something was missed when there was nothing to go on from", async () => {
    const end = new AbortController();
    const answers = [": from 0\n\n", ": from 3\n\n", ""];
    vi.stubGlobal("fetch", async () => (answers.length === 1 && end.abort(), answer(answers.shift()!)));
    const missed = vi.fn();
    await stream("/s", "", { onEvent: () => undefined, onMissed: missed }, end.signal);
    expect(missed).toHaveBeenCalledOnce();
  });
});

describe("requests", () => {
  test("are not sent while the session is over, but for signing in", async () => {
    const asked = vi.fn(async (_: string) => new Response("{}"));
    vi.stubGlobal("fetch", asked);
    session.over = { status: 401, code: "over", title: "Over", detail: "Over." };
    await expect(send("/api/v1/tenants", {})).rejects.toThrow(ApiError);
    await send("/api/v1/session", { method: "POST" });
    expect(asked.mock.calls.map(([url]) => url)).toEqual(["/api/v1/session"]);
  });

  test("that were asked before the last sign-in and are refused say nothing of the session", async () => {
    const ended = vi.fn();
    session.ended = ended;
    session.over = undefined;
    const refusal = () => new Response(JSON.stringify({ code: "unauthorized" }), { status: 401 });
    vi.stubGlobal("fetch", async () => (session.since++, refusal()));
    await expect(send("/api/v1/tenants", {})).rejects.toThrow(ApiError);
    expect(ended).not.toHaveBeenCalled();
    vi.stubGlobal("fetch", async () => refusal());
    await expect(send("/api/v1/tenants", {})).rejects.toThrow(ApiError);
    expect(ended).toHaveBeenCalledOnce();
  });

  test("say whose tab it is, but not to ask whose it is; and hear when it is another's", async () => {
    const asked: [string, string | null][] = [];
    const replaced = vi.fn();
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      asked.push([`${init.method ?? "GET"} ${url}`, new Headers(init.headers).get("Signed-In-As")]);
      return url.endsWith("/roles") ? new Response(JSON.stringify({ code: "conflict", field: "Signed-In-As" }), { status: 409 }) : new Response("{}");
    });
    Object.assign(session, { over: undefined, key: "key_a", replaced });
    await send("/api/v1/tenants", { headers: { Accept: "x" } });
    await send("/api/v1/session", {});
    await send("/api/v1/session", { method: "DELETE" });
    expect(replaced).not.toHaveBeenCalled();
    await expect(send("/api/v1/roles", { method: "POST" })).rejects.toMatchObject({ status: 409 });
    expect(replaced).toHaveBeenCalledOnce();
    expect(asked).toEqual([["GET /api/v1/tenants", "key_a"], ["GET /api/v1/session", null], ["DELETE /api/v1/session", "key_a"], ["POST /api/v1/roles", "key_a"]]);
    session.key = undefined;
  });

  test("say when the server went away, and that it is back", async () => {
    vi.stubGlobal("fetch", async () => { throw new TypeError("failed"); });
    await expect(send("/api/v1/tenants", {})).rejects.toMatchObject({ status: 0 });
    const { since } = connection.now();
    expect(since).toBeTypeOf("number");
    await expect(send("/api/v1/tenants", {})).rejects.toThrow();
    expect(connection.now().since, "since the first failure").toBe(since);
    vi.stubGlobal("fetch", async () => new Response("{}"));
    await send("/api/v1/tenants", {});
    expect(connection.now()).toMatchObject({ last: expect.any(Number) });
    expect(connection.now().since).toBeUndefined();
    vi.stubGlobal("fetch", async () => new Response("{}", { status: 503 }));
    await expect(send("/api/v1/tenants", {})).rejects.toMatchObject({ status: 503 });
    expect(connection.now().since, "a server that starts is not there yet").toBeTypeOf("number");
    vi.stubGlobal("fetch", async () => new Response("{}", { status: 404 }));
    await expect(send("/api/v1/tenants", {})).rejects.toMatchObject({ status: 404 });
    expect(connection.now().since).toBeUndefined();
  });
});
