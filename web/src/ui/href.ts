// The address of a screen: what TanStack Router's buildLocation gives for this
// console's routes, at a hundredth of the price. A table has hundreds of links.
import { stringifySearch, type Search } from "@/app/search";

const base = "/console";

/** The tenant in view goes along, unless the search names one or says undefined. */
export function hrefOf(to: string, params: Record<string, string> | undefined, search: Search | undefined, tenant: unknown): string {
  const path = to.replace(/\$(\w+)/g, (_, name: string) => encodeURIComponent(params?.[name] ?? "undefined"));
  const ask = tenant === undefined || (search && Object.hasOwn(search, "tenant")) ? search : { ...search, tenant: String(tenant) };
  return base + path + (ask ? stringifySearch(ask) : "");
}
