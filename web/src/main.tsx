import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@mantine/core/styles.css";
import "./app/app.css";
import { ApiError, session } from "./api/client";
import { watchPlaces } from "./app/places";
import { makeRouter } from "./app/router";
import { refused, taken } from "./app/session";
import { cssVariables, schemeManager, theme } from "./app/theme";

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
// Libraries that add a style element (the scroll lock of dialogs) look for it here.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const client: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What is refused stays refused; what broke or was too much is tried again.
      retry: (n, e) => n < 2 && (!(e instanceof ApiError) || e.status === 0 || e.status === 429 || e.status >= 500),
      retryDelay: (n, e) => (e instanceof ApiError && e.problem.retry_after_s ? e.problem.retry_after_s * 1000 : 500 * 2 ** n),
    },
    mutations: { retry: false },
  },
});
session.ended = (problem) => void refused(client, problem);
session.replaced = () => void taken(client).catch(() => undefined);
const router = makeRouter(client);
watchPlaces(router);

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={schemeManager} defaultColorScheme="auto" getStyleNonce={() => nonce}>
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
