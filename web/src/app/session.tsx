// Who is signed in. The key is sent once to open a session and never kept; the
// session is a cookie that scripts can't read.
import { queryOptions, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useLayoutEffect, type ReactNode } from "react";
import { ApiError, type Problem, type Schemas, call, get, session as wire } from "@/api/client";
import { forgetReasons, reasonsGoOn } from "@/api/reason";
import { forgetPlaces } from "./places";

export type Session = Schemas["Session"];

/**
 * What all tabs know of the cookie, which scripts can't read. The name of one
 * sign-in (another each time, so that each is heard of): there is a session, and
 * a first visit asks nothing that must fail. "over": it ended by itself. Absent:
 * nobody is signed in.
 */
const hint = "frostgate.signed-in";
const hinted = () => localStorage.getItem(hint);
const isOpen = (sign: string | null) => sign !== null && sign !== "over";

/** The sign-in that this tab last followed. */
let followed = hinted();
export const theSignIn = () => followed ?? "";

export interface SignedOut {
  /** Why, when it wasn't by choice. */
  problem?: Problem;
  /** Whose session ended by itself: their screen stays as it is, out of sight, until somebody signs in. */
  was?: Session;
}

const options = queryOptions<Session | SignedOut>({
  queryKey: ["session"],
  staleTime: Infinity,
  gcTime: Infinity,
  retry: false,
  // Who it is can't be shown without: looked for again while the server is away or starts.
  refetchInterval: (q) => (q.state.status === "error" && q.state.data === undefined ? 2000 : false),
  queryFn: async ({ signal }) => {
    followed = hinted();
    if (!isOpen(followed)) return {};
    try {
      const now = await get("/api/v1/session", { signal });
      wire.key = now.key_id;
      return now;
    } catch (e) {
      if (e instanceof ApiError && (e.status === 401 || e.status === 404)) return { problem: e.problem };
      throw e;
    }
  },
});

export const isSignedIn = (s: Session | SignedOut | Problem | undefined): s is Session => s !== undefined && "principal_id" in s;

function follow(sign: string | null) {
  followed = sign;
  if (sign === hinted()) return;
  if (sign === null) localStorage.removeItem(hint);
  else localStorage.setItem(hint, sign);
}

/** The session is over: sign-in shows over the same screen, and what was typed stays in it. */
export function sessionEnded(client: QueryClient, problem: Problem) {
  const was = client.getQueryData<Session | SignedOut>(options.queryKey);
  if (!isSignedIn(was)) return;
  wire.over = problem;
  wire.since++;
  follow("over");
  client.setQueryData<Session | SignedOut>(options.queryKey, { problem, was } as SignedOut);
}

const notSession = { predicate: (q: { queryKey: readonly unknown[] }) => q.queryKey[0] !== "session" };

/** Nobody is signed in any more, by choice: nothing of theirs stays. */
function signedOut(client: QueryClient) {
  wire.over = wire.key = undefined;
  wire.since++;
  follow(null);
  forgetReasons();
  client.setQueryData<Session | SignedOut>(options.queryKey, {});
  forgetAll(client);
}

function forgetAll(client: QueryClient) {
  client.removeQueries(notSession);
  client.getMutationCache().clear();
  forgetPlaces();
}

/** Another tab signed out, signed in, or found the session over. */
async function elsewhere(client: QueryClient) {
  const said = hinted();
  followed = said;
  if (isOpen(said)) return taken(client);
  if (said === null) return signedOut(client);
  return sessionEnded(client, { status: 401, code: "session_over", title: "Your session is over", detail: "It ended while another tab was open." });
}

/** Whose the cookie is; the problem when it is nobody's. */
async function whose(): Promise<Session | Problem> {
  try {
    return await get("/api/v1/session");
  } catch (e) {
    if (e instanceof ApiError && (e.status === 401 || e.status === 404)) return e.problem;
    throw e;
  }
}

async function say(now: Session, before: Session) {
  const { notifications } = await import("@mantine/notifications");
  notifications.show({ color: "yellow", title: `Signed in as ${now.name}`, message: `In another tab of this browser, instead of ${before.name}: all tabs share one session.`, autoClose: false });
}

let taking: Promise<void> | undefined;

/** The cookie may be another's than this tab shows: it shows who it is now, and says so. */
export function taken(client: QueryClient, refusal?: Problem): Promise<void> {
  const ask = async (): Promise<void> => {
    followed = hinted();
    const { since } = wire;
    const asked = await whose();
    // Somebody signed in or out while it was asked: the answer is of before.
    if (since !== wire.since || followed !== hinted()) return isOpen(hinted()) ? ask() : undefined;
    if (!isSignedIn(asked)) return sessionEnded(client, refusal ?? asked);
    const before = client.getQueryData<Session | SignedOut>(options.queryKey);
    opened(client, asked);
    if (isSignedIn(before) && before.principal_id !== asked.principal_id) await say(asked, before);
  };
  return (taking ??= ask().finally(() => (taking = undefined)));
}

let confirmed = -1;

/**
 * A request was answered 401: the session is over, or another sign-in took its
 * place while the request was on its way. Each sign-in is doubted once.
 */
export async function refused(client: QueryClient, problem: Problem): Promise<void> {
  if (confirmed === wire.since) return sessionEnded(client, problem);
  try {
    await taken(client, problem);
    confirmed = wire.since;
  } catch (e) {
    // It can't be told now; the next request that is refused asks again.
    if (!(e instanceof ApiError)) throw e;
  }
}

export function useSession() {
  const client = useQueryClient();
  const q = useQuery(options);
  useEffect(() => {
    // Signing out (or in) in another tab counts here too, also while this one slept and heard nothing.
    const look = () => {
      if (hinted() !== followed) void elsewhere(client).catch(() => undefined);
    };
    const heard = (e: StorageEvent) => e.key === hint && look();
    const seen = () => document.visibilityState === "visible" && look();
    addEventListener("storage", heard);
    addEventListener("focus", look);
    addEventListener("pageshow", look);
    document.addEventListener("visibilitychange", seen);
    return () => {
      removeEventListener("storage", heard);
      removeEventListener("focus", look);
      removeEventListener("pageshow", look);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [client]);
  return q;
}

function opened(client: QueryClient, now: Session) {
  const before = client.getQueryData<Session | SignedOut>(options.queryKey);
  const was = isSignedIn(before) ? before : before?.was;
  const same = was?.principal_id === now.principal_id && was.tenant_id === now.tenant_id;
  wire.over = undefined;
  wire.since++;
  if (same) {
    wire.key = now.key_id;
    reasonsGoOn(theSignIn());
  }
  else {
    forgetReasons();
    forgetAll(client);
  }
  client.setQueryData<Session | SignedOut>(options.queryKey, now);
  if (same) void client.invalidateQueries(notSession);
}

export async function signIn(client: QueryClient, key: string): Promise<void> {
  const now = await call("post", "/api/v1/session", { headers: { "X-API-Key": key } });
  follow(crypto.randomUUID());
  opened(client, now as Session);
}

export function useSignOut() {
  const client = useQueryClient();
  return useCallback(async () => {
    // What is still asked would come back as refused, after the session is gone.
    await client.cancelQueries(notSession);
    try {
      await call("delete", "/api/v1/session");
    } catch (e) {
      if (!(e instanceof ApiError && (e.status === 401 || e.status === 404))) throw e;
    }
    signedOut(client);
  }, [client]);
}

const Identity = createContext<Session | null>(null);

/** What is below is shown as theirs, and asked for as theirs from then on, not before: what another one's screen still asks is refused as another's. */
export function IdentityProvider({ value, children }: { value: Session; children: ReactNode }) {
  useLayoutEffect(() => void (wire.key = value.key_id), [value.key_id]);
  return <Identity.Provider value={value}>{children}</Identity.Provider>;
}

/** Who is signed in; only below the shell. */
export function useIdentity(): Session {
  const s = useContext(Identity);
  if (!s) throw new Error("nobody is signed in");
  return s;
}

export function useHas(): (scope: string | undefined) => boolean {
  const { scopes } = useIdentity();
  return useCallback((scope) => !scope || scopes.includes(scope), [scopes]);
}
