// Which entry of the navigation a path belongs to.
import type { NavItem } from "./feature";

/** The longest that fits: /drift/findings/x is of Findings, not of Drift too. */
export function navOf<N extends Pick<NavItem, "to">>(path: string, items: readonly N[]): N | undefined {
  return items.filter((n) => path === n.to || (n.to !== "/" && path.startsWith(`${n.to}/`))).sort((a, b) => b.to.length - a.to.length)[0];
}

/** Where somebody begins who may not see the start: the first screen that they may see; undefined: they may, or there is none. */
export function landing<N extends Pick<NavItem, "to" | "scope">>(path: string, items: readonly N[], has: (scope: string | undefined) => boolean): N | undefined {
  const start = items.find((n) => n.to === path);
  return path !== "/" || !start || has(start.scope) ? undefined : items.find((n) => n.scope && has(n.scope)) ?? items.find((n) => has(n.scope));
}
