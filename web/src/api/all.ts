// Every page of a list, for files: what is on the screen is only what was scrolled to.
import type { paths } from "./gen/schema";
import { get, type AnswerOf, type PathsWith, type QueryOf } from "./client";

type Listed<P extends PathsWith<"get">> = AnswerOf<"get", P> extends { items: (infer T)[] } ? T : never;

/** Reads a list to its end. `tell` hears how many rows there are so far. */
export async function readAll<P extends PathsWith<"get"> & keyof paths>(path: P, query: QueryOf<"get", P>, tell: (n: number) => void = () => undefined): Promise<Listed<P>[]> {
  const out: Listed<P>[] = [];
  for (let cursor = ""; ; ) {
    const page = (await get(path, { query: { ...query, limit: 500, ...(cursor ? { cursor } : {}) } as QueryOf<"get", P> } as never)) as unknown as { items: Listed<P>[]; next_cursor?: string };
    out.push(...page.items);
    tell(out.length);
    if (!page.next_cursor) return out;
    cursor = page.next_cursor;
  }
}
