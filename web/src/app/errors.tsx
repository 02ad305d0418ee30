// A page that broke, and a page that isn't there.
import { Button, Group } from "@mantine/core";
import { Link, useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { ApiError } from "@/api/client";
import { Empty, Failed } from "@/ui/states";

export function NotFound() {
  return (
    <Empty icon="search" title="There is nothing at this address">
      The link may be old or cut off. The navigation on the left lists every screen; <kbd>Ctrl</kbd> <kbd>K</kbd> finds what you know the name of.
      <Group mt="sm">
        <Button variant="default" renderRoot={(p) => <Link to="/" {...p} />}>Go to the start</Button>
      </Group>
    </Empty>
  );
}

export function PageFailed({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const problem = error instanceof ApiError ? error : new ApiError({ status: 0, code: "page", title: "This page broke", detail: error instanceof Error ? error.message : String(error) });
  return <Failed error={problem} what="The page could not be shown. Nothing was changed on the server." retry={() => (reset(), void router.invalidate())} />;
}
