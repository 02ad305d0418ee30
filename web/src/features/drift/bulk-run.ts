// Deciding on a whole list: part by part, tenant by tenant. What a failure left
// open can be gone on with, and no part is ever done twice.
import { ApiError, type Schemas } from "@/api/client";

/** Where a tenant's list is gone on with. */
export interface Part {
  tenant: string;
  name: string;
  /** The cursor of what was done; empty at the beginning. */
  after: string;
}

export interface Going {
  done: number;
  skipped: number;
  /** The tenant in which it is now. */
  at: string;
  over: boolean;
  stopped: boolean;
  refused: (Part & { error: ApiError })[];
}

export const fresh: Going = { done: 0, skipped: 0, at: "", over: false, stopped: false, refused: [] };

interface Ask {
  parts: readonly Part[];
  /** How far it was when it is gone on with. */
  from?: Going;
  send: (part: Part, idempotencyKey: string) => Promise<Pick<Schemas["Triaged"], "count" | "skipped" | "next">>;
  /** Keys of parts whose answer is not known: a part that is sent again has the same. */
  keys: Map<string, string>;
  stopped: () => boolean;
  tell: (g: Going) => void;
  wait: (ms: number) => Promise<void>;
}

export async function decideAll({ parts, from = fresh, send, keys, stopped, tell, wait }: Ask): Promise<Going> {
  const g: Going = { ...from, over: false, stopped: false, refused: [] };
  for (const first of parts) {
    for (let part: Part | undefined = first; part && !stopped(); ) {
      const now: Part = part;
      tell({ ...g, at: now.name });
      const place = `${now.tenant} ${now.after}`;
      const key = keys.get(place) ?? crypto.randomUUID();
      keys.set(place, key);
      try {
        const got = await send(now, key);
        keys.delete(place);
        g.done += got.count;
        g.skipped += got.skipped;
        part = got.next === undefined ? undefined : { ...now, after: got.next };
      } catch (e) {
        if (!(e instanceof ApiError)) throw e;
        if (e.status === 429) {
          await wait((e.problem.retry_after_s ?? 1) * 1000);
          continue;
        }
        g.refused.push({ tenant: now.tenant, name: now.name, after: now.after, error: e });
        part = undefined;
      }
    }
  }
  const end = { ...g, at: "", over: true, stopped: stopped() };
  tell(end);
  return end;
}

/** Whether going on may help: the answer did not come, or the server failed. */
export const mayGoOn = (g: Going) => g.over && g.refused.some((r) => r.error.status === 0 || r.error.status >= 500);
