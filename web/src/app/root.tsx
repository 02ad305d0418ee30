// What stands at the root of every page: sign-in, or the shell around the page.
import { Outlet } from "@tanstack/react-router";
import { Center, Loader } from "@mantine/core";
import type { ApiError } from "@/api/client";
import { Failed } from "@/ui/states";
import { EditProvider } from "./edit";
import { IdentityProvider, isSignedIn, useSession } from "./session";
import { Shell } from "./shell";
import { ShortcutsProvider } from "./shortcuts";
import { SignIn } from "./signin";

export function Root() {
  const session = useSession();
  if (session.isPending) {
    return (
      <Center h="100dvh">
        <Loader size="sm" aria-label="Loading" />
      </Center>
    );
  }
  if (session.error) {
    return (
      <Center h="100dvh" p="md">
        <Failed error={session.error as ApiError} what="Who is signed in could not be read." retry={() => void session.refetch()} />
      </Center>
    );
  }
  if (!isSignedIn(session.data)) return <SignIn ended={session.data?.problem} />;
  return (
    <IdentityProvider value={session.data}>
      <EditProvider key={session.data.key_id}>
        <ShortcutsProvider>
          <Shell>
            <Outlet />
          </Shell>
        </ShortcutsProvider>
      </EditProvider>
    </IdentityProvider>
  );
}
