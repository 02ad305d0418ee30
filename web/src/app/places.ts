// Where this tab has been: the way back from a thing leads to the list as it was
// left. One step back it has its place and its focus too; after a detour, or where
// the step is not the list, its filters.
import type { AnyRouter } from "@tanstack/react-router";
import type { Search } from "./search";

interface Place {
  path: string;
  search: Search;
}

/** By the index that the router gives to entries of the history. */
let places: Place[] = [];
let here = -1;

/** Where somebody is now. Going elsewhere from an earlier entry drops what lay ahead of it. */
export function noticePlace(index: number, place: Place) {
  if (places[index]?.path !== place.path) places.length = Math.min(places.length, index);
  places[index] = place;
  here = index;
}

export function watchPlaces(router: AnyRouter) {
  router.subscribe("onResolved", ({ toLocation: at }: { toLocation: AnyRouter["latestLocation"] }) => noticePlace(at.state.__TSR_index, { path: at.pathname, search: at.search as Search }));
}

/**
 * Where the way back to a list leads: one step back where that is the list, else
 * to the list as it was seen last, of the same tenant or of all. No tenant in the
 * URL is the person's own; a search that names none says so, for the one in view
 * not to be carried over.
 */
export function wayBack(index: number, path: string, tenant: unknown, own: string): { step: boolean; search?: Search } {
  const as = (p: Place) => ({ tenant: undefined, ...p.search });
  const before = places[index - 1];
  if (before?.path === path) return { step: true, search: as(before) };
  const same = (p: Place) => p.path === path && (p.search.tenant === "all" || (p.search.tenant ?? own) === (tenant ?? own));
  const last = places.slice(0, index).findLast((p) => p !== undefined && same(p));
  return { step: false, search: last && as(last) };
}

/** For who comes after: what somebody else looked for is nobody's business, but for the screen that they both stand at. */
export function forgetPlaces() {
  const now = places[here];
  places = [];
  if (now) places[here] = now;
}
