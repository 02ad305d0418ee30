// What stands at the root of every page: sign-in, or the shell around the page.
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { ApiError } from "@/api/client";
import { Failed } from "@/ui/states";
import { again } from "./again";
import { EditProvider } from "./edit";
import { RenewSession } from "./ending";
import { Logo } from "./logo";
import { IdentityProvider, isSignedIn, useSession } from "./session";
import { Shell } from "./shell";
import { Landing } from "./switcher";
import { ShortcutsProvider } from "./shortcuts";

const SignIn = lazy(() => again(() => import("./signin")));

/** The frame as it will be, while it is not known yet who is here. */
function Frame() {
  return <div className="frame-top" aria-busy="true"><Logo /></div>;
}

export function Root() {
  const session = useSession();
  const [renewing, setRenewing] = useState(false);
  if (session.isPending) return <Frame />;
  // A failed look at a session that is known takes nothing away.
  if (session.error && !session.data) return <main className="page"><Failed error={session.error as ApiError} what="Who is signed in could not be read." retry={() => void session.refetch()} /></main>;
  const now = session.data;
  const me = isSignedIn(now) ? now : now?.was;
  if (!me) return <Suspense fallback={<Frame />}><SignIn ended={isSignedIn(now) ? undefined : now?.problem} /></Suspense>;
  const over = isSignedIn(now) ? undefined : now?.problem;
  return (
    <IdentityProvider value={me}>
      <RenewSession value={() => setRenewing(true)}>
        <EditProvider key={`${me.principal_id} ${me.tenant_id}`} whose={`${me.principal_id}.${me.tenant_id}`}>
          <ShortcutsProvider>
            <Shell key={me.tenant_id}>
              <Landing><Outlet /></Landing>
            </Shell>
          </ShortcutsProvider>
        </EditProvider>
      </RenewSession>
      <Suspense fallback={null}>
        {over ? <SignIn ended={over} over /> : renewing && <SignIn over close={() => setRenewing(false)} />}
      </Suspense>
    </IdentityProvider>
  );
}
