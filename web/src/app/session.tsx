// Who is signed in. The key is sent once to open a session and never kept; the
// session is a cookie that scripts can't read.
import { queryOptions, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect } from "react";
import { ApiError, type Problem, type Schemas, call, get, session as wire } from "@/api/client";

export type Session = Schemas["Session"];

/**
 * "1": a session was opened here, so that a first visit asks nothing that must
 * fail. "over": it ended by itself. Absent: nobody is signed in.
 */
const hint = "frostgate.signed-in";

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
    if (localStorage.getItem(hint) !== "1") return {};
    try {
      return await get("/api/v1/session", { signal });
    } catch (e) {
      if (e instanceof ApiError && (e.status === 401 || e.status === 404)) return { problem: e.problem };
      throw e;
    }
  },
});

export const isSignedIn = (s: Session | SignedOut | undefined): s is Session => s !== undefined && "principal_id" in s;

/** Any 401 ends the session here: sign-in shows over the same screen, and what was typed stays in it. */
export function sessionEnded(client: QueryClient, problem: Problem) {
  const was = client.getQueryData<Session | SignedOut>(options.queryKey);
  if (!isSignedIn(was)) return;
  wire.over = problem;
  localStorage.setItem(hint, "over");
  client.setQueryData<Session | SignedOut>(options.queryKey, { problem, was } as SignedOut);
}

const notSession = { predicate: (q: { queryKey: readonly unknown[] }) => q.queryKey[0] !== "session" };

/** Nobody is signed in any more, by choice: nothing of theirs stays. */
function signedOut(client: QueryClient) {
  wire.over = undefined;
  localStorage.removeItem(hint);
  client.setQueryData<Session | SignedOut>(options.queryKey, {});
  client.removeQueries(notSession);
}

/** Another tab signed out, signed in, or found the session over. */
async function elsewhere(client: QueryClient, said: string | null) {
  if (said === "1") return opened(client, await get("/api/v1/session"));
  if (said === null) return signedOut(client);
  return sessionEnded(client, { status: 401, code: "session_over", title: "Your session is over", detail: "It ended while another tab was open." });
}

export function useSession() {
  const client = useQueryClient();
  const q = useQuery(options);
  useEffect(() => {
    // Signing out (or in) in another tab counts here too.
    const heard = (e: StorageEvent) => {
      if (e.key === hint) void elsewhere(client, e.newValue).catch(() => undefined);
    };
    addEventListener("storage", heard);
    return () => removeEventListener("storage", heard);
  }, [client]);
  return q;
}

function opened(client: QueryClient, now: Session) {
  const before = client.getQueryData<Session | SignedOut>(options.queryKey);
  const was = isSignedIn(before) ? before : before?.was;
  const same = was?.principal_id === now.principal_id && was.tenant_id === now.tenant_id;
  wire.over = undefined;
  if (!same) client.removeQueries(notSession);
  client.setQueryData<Session | SignedOut>(options.queryKey, now);
  if (same) void client.invalidateQueries(notSession);
}

export async function signIn(client: QueryClient, key: string): Promise<void> {
  const now = await call("post", "/api/v1/session", { headers: { "X-API-Key": key } });
  localStorage.setItem(hint, "1");
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
export const IdentityProvider = Identity.Provider;

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
