// Who is signed in. The key is sent once to open a session and never kept; the
// session is a cookie that scripts can't read.
import { queryOptions, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect } from "react";
import { ApiError, type Problem, type Schemas, call, get } from "@/api/client";

export type Session = Schemas["Session"];

/** Says that a session was opened here, so that a first visit asks nothing that must fail. */
const hint = "frostgate.signed-in";

export interface SignedOut {
  /** Why, when it wasn't by choice. */
  problem?: Problem;
}

const options = queryOptions<Session | SignedOut>({
  queryKey: ["session"],
  staleTime: Infinity,
  gcTime: Infinity,
  retry: false,
  queryFn: async ({ signal }) => {
    if (!localStorage.getItem(hint)) return {};
    try {
      return await get("/api/v1/session", { signal });
    } catch (e) {
      if (e instanceof ApiError && (e.status === 401 || e.status === 404)) return { problem: e.problem };
      throw e;
    }
  },
});

export const isSignedIn = (s: Session | SignedOut | undefined): s is Session => s !== undefined && "principal_id" in s;

/** Any 401 ends the session here: sign-in shows at the same URL. */
export function sessionEnded(client: QueryClient, problem?: Problem) {
  if (!isSignedIn(client.getQueryData(options.queryKey))) return;
  localStorage.removeItem(hint);
  client.setQueryData<Session | SignedOut>(options.queryKey, { problem } as SignedOut);
  client.removeQueries({ predicate: (q) => q.queryKey[0] !== "session" });
}

export function useSession() {
  const client = useQueryClient();
  const q = useQuery(options);
  useEffect(() => {
    // Signing out (or in) in another tab counts here too.
    const heard = (e: StorageEvent) => {
      if (e.key === hint) void client.resetQueries({ queryKey: options.queryKey });
    };
    addEventListener("storage", heard);
    return () => removeEventListener("storage", heard);
  }, [client]);
  return q;
}

export async function signIn(client: QueryClient, key: string): Promise<void> {
  const opened = await call("post", "/api/v1/session", { headers: { "X-API-Key": key } });
  localStorage.setItem(hint, "1");
  client.removeQueries({ predicate: (q) => q.queryKey[0] !== "session" });
  client.setQueryData(options.queryKey, opened as Session);
}

export function useSignOut() {
  const client = useQueryClient();
  return useCallback(async () => {
    // What is still asked would come back as refused, after the session is gone.
    await client.cancelQueries({ predicate: (q) => q.queryKey[0] !== "session" });
    try {
      await call("delete", "/api/v1/session");
    } catch (e) {
      if (!(e instanceof ApiError && (e.status === 401 || e.status === 404))) throw e;
    }
    sessionEnded(client);
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
