import { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test, vi } from "vitest";

const kept = new Map<string, string>();
const storage = { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => kept.set(k, v), removeItem: (k: string) => kept.delete(k) };
vi.stubGlobal("localStorage", storage);
vi.stubGlobal("sessionStorage", storage);
kept.set("frostgate.signed-in", "first");
const { send, session: wire } = await import("@/api/client");
const { isSignedIn, refused } = await import("./session");

const anna = { principal_id: "pr_anna", tenant_id: "tn_1", key_id: "key_1", name: "Anna" };
const refusal = () => new Response(JSON.stringify({ status: 401, code: "unauthorized", title: "No", detail: "The session is over." }), { status: 401 });
const session = () => new Response(JSON.stringify(anna));

let client: QueryClient;
let doubts: Promise<void>[];
const shown = () => isSignedIn(client.getQueryData(["session"]));
/** A request that is refused, and what follows from that. */
async function ask() {
  await expect(send("/api/v1/tenants", {})).rejects.toThrow();
  await Promise.all(doubts.splice(0));
}

beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(["session"], anna);
  kept.set("frostgate.signed-in", "first");
  wire.over = undefined;
  wire.since++;
  doubts = [];
  wire.ended = (problem) => void doubts.push(refused(client, problem));
});

test("a refusal is doubted once: the session that still stands goes on, and ends with the next refusal", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => (asked.push(url), url.endsWith("/session") ? session() : refusal()));
  await ask();
  expect(shown()).toBe(true);
  await ask();
  expect(shown()).toBe(false);
  expect(asked).toEqual(["/api/v1/tenants", "/api/v1/session", "/api/v1/tenants"]);
  expect(kept.get("frostgate.signed-in")).toBe("over");
});

test("a session that is over ends at once, in the words of what was refused", async () => {
  vi.stubGlobal("fetch", async () => refusal());
  await ask();
  expect(client.getQueryData(["session"])).toMatchObject({ problem: { detail: "The session is over." }, was: anna });
  expect(wire.over).toBeDefined();
});

test("what was asked before somebody signed in elsewhere says nothing of that session", async () => {
  let asked = 0;
  vi.stubGlobal("fetch", async (url: string) => {
    if (!url.endsWith("/session")) return refusal();
    if (++asked > 1) return session();
    kept.set("frostgate.signed-in", "another tab's");
    return refusal();
  });
  await ask();
  expect([shown(), asked, kept.get("frostgate.signed-in")]).toEqual([true, 2, "another tab's"]);
});

test("while it can't be told whose the session is, it is not ended", async () => {
  let broken = true;
  vi.stubGlobal("fetch", async (url: string) => (url.endsWith("/session") && broken ? new Response("{}", { status: 503 }) : refusal()));
  await ask();
  expect(shown()).toBe(true);
  broken = false;
  await ask();
  expect(shown()).toBe(false);
});
