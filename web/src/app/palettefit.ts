// What of the palette fits the text: names before other words, a few of each
// group, and the searches for the text itself after all that has a name.
export interface Fit {
  label?: string;
  description?: string;
  keywords?: string | string[];
}
export interface FitGroup<T extends Fit> {
  group: string;
  actions: T[];
}

/** Groups that were made for the text: all of them fit. */
export const opens = "Open";
export const searches = "Search";
const most = 7;

export function fitting<T extends Fit>(query: string, groups: readonly FitGroup<T>[]): FitGroup<T>[] {
  const q = query.trim().toLowerCase();
  const rank = (a: T) => (a.label?.toLowerCase().includes(q) ? 0 : [a.description ?? "", a.keywords ?? ""].flat().join("\n").toLowerCase().includes(q) ? 1 : 2);
  const out = groups.map((g) => {
    if (g.group === opens) return { ...g, best: -1 };
    if (g.group === searches) return { ...g, best: 3 };
    const ranked = g.actions.map((a) => ({ a, r: rank(a) })).filter(({ r }) => r < 2).sort((x, y) => x.r - y.r).slice(0, most);
    return { group: g.group, actions: ranked.map(({ a }) => a), best: ranked[0]?.r ?? 2 };
  });
  return out.filter((g) => g.actions.length > 0).sort((x, y) => x.best - y.best).map(({ group, actions }) => ({ group, actions }));
}
