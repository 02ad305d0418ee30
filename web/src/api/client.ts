// The one way to the API: types of the contract, problems as errors, the
// session's cookie, and no key anywhere.
import { lost, reached } from "./connection";
import { jsonText, readAnswer } from "./exact";
import type { components, paths } from "./gen/schema";
import { reasonHeader } from "./reason";

export type Schemas = components["schemas"];
type Method = "get" | "post" | "put" | "patch" | "delete";

/** Paths of the contract that have the method. */
export type PathsWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never }[keyof paths];
type Op<M extends Method, P extends keyof paths> = paths[P] extends Record<M, infer O> ? O : never;
type Params<O, K extends "query" | "path"> = O extends { parameters: infer R } ? (K extends keyof R ? NonNullable<R[K]> : Record<never, never>) : Record<never, never>;
export type QueryOf<M extends Method, P extends keyof paths> = Params<Op<M, P>, "query">;
export type PathOf<M extends Method, P extends keyof paths> = Params<Op<M, P>, "path">;
export type BodyOf<M extends Method, P extends keyof paths> = Op<M, P> extends { requestBody: { content: { "application/json": infer B } } } ? B : undefined;
type Json<R> = R extends { content: { "application/json": infer J } } ? J : undefined;
type Ok<R> = R extends { 200: infer A } ? A : R extends { 201: infer B } ? B : R extends { 202: infer C } ? C : undefined;
export type AnswerOf<M extends Method, P extends keyof paths> = Op<M, P> extends { responses: infer R } ? Json<Ok<R>> : never;

export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
  field?: string;
  limit?: string;
  request_id?: string;
  retry_after_s?: number;
}

/** An answer that is not what was asked for, or none at all (status 0). */
export class ApiError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ApiError";
    this.problem = problem;
  }
  get status(): number {
    return this.problem.status;
  }
}

export interface CallOptions<M extends Method, P extends keyof paths> {
  path?: PathOf<M, P>;
  query?: QueryOf<M, P>;
  body?: BodyOf<M, P>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Of writes; a new one is made without it. Repeat it to try the same write again. */
  idempotencyKey?: string;
}

type Plain = string | number | boolean;

/** Fills {names} in and adds the query; undefined and empty values are left out. */
export function buildUrl(path: string, names?: object, query?: object): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const v = (names as Record<string, Plain> | undefined)?.[name];
    if (v === undefined || v === "") throw new Error(`${path} needs ${name}`);
    return encodeURIComponent(String(v));
  });
  const q = new URLSearchParams();
  for (const [name, v] of Object.entries((query ?? {}) as Record<string, Plain | Plain[] | undefined>)) {
    for (const one of Array.isArray(v) ? v : [v]) {
      if (one !== undefined && one !== "") q.append(name, String(one));
    }
  }
  const text = q.toString();
  return text ? `${filled}?${text}` : filled;
}

async function problemOf(res: Response): Promise<Problem> {
  const fallback = { status: res.status, code: `http_${res.status}`, title: res.statusText || `HTTP ${res.status}`, detail: "The server's answer was no problem document.", request_id: res.headers.get("X-Request-Id") ?? undefined };
  try {
    return { ...fallback, ...((await res.json()) as Partial<Problem>) };
  } catch {
    return fallback;
  }
}

/** The session, as far as requests must know of it. */
export const session = {
  /** Hears of each 401 of a request made under the sign-in that counts now: a query, a write or a stream. */
  ended: (_: Problem) => {},
  /** Why nothing is asked any more: the session is over, and nobody has signed in again. */
  over: undefined as Problem | undefined,
  /** The key of whom this tab shows. The cookie is of all tabs: the server refuses what is meant for another's session. */
  key: undefined as string | undefined,
  /** Sign-ins that this tab has followed. */
  since: 0,
  /** Hears that the cookie is another's by now. */
  replaced: () => {},
};

const signedInAs = "Signed-In-As";

/** fetch, with failures as ApiError. An aborted call throws AbortError as fetch does. */
export async function send(url: string, init: RequestInit): Promise<Response> {
  const signsIn = url.endsWith("/session");
  if (session.over && !signsIn) throw new ApiError(session.over);
  const { since } = session;
  let res: Response;
  try {
    // Not where it is asked who is signed in; but signing somebody else out is no business of this tab.
    const whose: Record<string, string> = session.key && (!signsIn || init.method === "DELETE") ? { [signedInAs]: session.key } : {};
    const headers = { ...(init.headers as Record<string, string> | undefined), ...whose };
    res = await fetch(url, { credentials: "same-origin", cache: "no-store", ...init, headers });
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    lost();
    throw new ApiError({ status: 0, code: "unreachable", title: "The server can't be reached", detail: "The connection failed. Nothing was changed by this page; it tries again when the connection is back." });
  }
  // Who answers for it, or it itself while it starts, is not the server at work.
  if ([502, 503, 504].includes(res.status)) lost();
  else reached();
  if (res.ok) return res;
  const problem = await problemOf(res);
  // A key that was reported and is none says nothing of who reports it; what was
  // asked before the last sign-in says nothing of the session that began then.
  if (res.status === 401 && !signsIn && !url.endsWith("/keys/leaked") && since === session.since) session.ended(problem);
  if (res.status === 409 && problem.field === signedInAs) session.replaced();
  throw new ApiError(problem);
}

export async function call<M extends Method, P extends PathsWith<M>>(method: M, path: P, options: CallOptions<M, P> = {}): Promise<AnswerOf<M, P>> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  const init: RequestInit = { method: method.toUpperCase(), headers, signal: options.signal };
  if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = jsonText(options.body);
  }
  if (method !== "get" && !String(path).endsWith("/session")) {
    headers["Idempotency-Key"] = options.idempotencyKey ?? crypto.randomUUID();
    Object.assign(headers, reasonHeader());
  }
  const res = await send(buildUrl(String(path), options.path, options.query), init);
  return (res.status === 204 ? undefined : readAnswer(await res.text())) as AnswerOf<M, P>;
}

export function get<P extends PathsWith<"get">>(path: P, options: CallOptions<"get", P> = {}): Promise<AnswerOf<"get", P>> {
  return call("get", path, options);
}

/** The same request as a command line; the key stays a variable. */
export function curlOf(url: string, method = "GET", body?: unknown): string {
  const parts = [`curl -sS ${method === "GET" ? "" : `-X ${method} `}'${location.origin}${url}'`, `-H "X-API-Key: $FROSTGATE_API_KEY"`];
  if (body !== undefined) parts.push(`-H 'Content-Type: application/json'`, `-d '${jsonText(body).replaceAll("'", "'\\''")}'`);
  return parts.join(" \\\n  ");
}
