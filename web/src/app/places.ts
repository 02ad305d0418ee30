// Where this tab has been: the way back from a thing leads to the list as it was
// left, with its filters, its place and its focus.
import type { AnyRouter } from "@tanstack/react-router";
import type { Search } from "./search";

interface Place {
  path: string;
  search: Search;
}

/** By the index that the router gives to entries of the history. */
let places: Place[] = [];

/** Where somebody is now; what was gone to from a later entry is no longer ahead. */
export function noticePlace(index: number, place: Place) {
  if (places[index]?.path !== place.path) places.length = Math.min(places.length, index);
  places[index] = place;
}

export function watchPlaces(router: AnyRouter) {
  router.subscribe("onResolved", ({ toLocation: at }: { toLocation: AnyRouter["latestLocation"] }) => noticePlace(at.state.__TSR_index, { path: at.pathname, search: at.search as Search }));
}

/**
 * Where the way back to a list leads: one step back where that is the list, else
 * to the list as it was seen last, of the same tenant or of all. No tenant in the
 * URL is the person's own.
 */
export function wayBack(index: number, path: string, tenant: unknown, own: string): { step: boolean; search?: Search } {
  const before = places[index - 1];
  if (before?.path === path) return { step: true, search: before.search };
  const same = (p: Place) => p.path === path && (p.search.tenant === "all" || (p.search.tenant ?? own) === (tenant ?? own));
  const last = places.slice(0, index).findLast((p) => p !== undefined && same(p));
  return { step: false, search: last && { tenant: undefined, ...last.search } }; // undefined: of here, none goes along
}

/** For who comes after: what somebody else looked for is nobody's business. */
export function forgetPlaces() {
  places = [];
}
