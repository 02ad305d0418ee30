// The routes: the shell, and below it the pages that features name.
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect, retainSearchParams, type AnyRoute } from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import { features } from "@/features";
import { again } from "./again";
import type { Page } from "./feature";
import { NotFound, PageFailed } from "./errors";
import { parseSearch, stringifySearch, type Search } from "./search";
import { isSignedIn, type Session, type SignedOut } from "./session";
import { Root } from "./root";

interface Context {
  client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Root,
  validateSearch: (s: Record<string, unknown>): { tenant?: string } & Record<string, unknown> => s,
  search: { middlewares: [retainSearchParams(["tenant"])] },
});

function routeOf(page: Page, scope: string | undefined) {
  return createRoute({
    getParentRoute: () => root,
    path: page.path,
    component: lazyRouteComponent(() => again(page.load)),
    staticData: { tenant: page.tenant },
    loaderDeps: ({ search }) => ({ search }),
    loader: ({ context, params, location }) => {
      const search = location.search as Search;
      const session = context.client.getQueryData<Session | SignedOut>(["session"]);
      // Nothing is asked ahead that must be refused.
      if (!page.prefetch || !isSignedIn(session) || (scope && !session.scopes.includes(scope))) return;
      const tenant = typeof search.tenant === "string" && page.tenant ? search.tenant : undefined;
      page.prefetch({ client: context.client, params: params as Record<string, string>, search, tenant });
    },
  });
}

export function makeRouter(client: QueryClient) {
  const pages: AnyRoute[] = features.flatMap((f) => f.pages.map((p) => routeOf(p, f.nav.find((n) => n.to === p.path)?.scope)));
  if (!features.some((f) => f.pages.some((p) => p.path === "/"))) {
    const first = features[0]?.nav[0]?.to ?? "/";
    pages.push(createRoute({ getParentRoute: () => root, path: "/", beforeLoad: () => { throw redirect({ to: first }); } }));
  }
  return createRouter({
    routeTree: root.addChildren(pages),
    basepath: "/console",
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultStaleTime: Infinity,
    defaultPendingMs: 400,
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageFailed,
  });
}
