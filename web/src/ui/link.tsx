// Links within the console. The tenant in the URL goes along by itself; name
// another in `search` to leave it.
import { Anchor, Button, type AnchorProps, type ButtonProps } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Search } from "@/app/search";

export interface Target {
  to: string;
  params?: Record<string, string>;
  search?: Search;
}

export function A({ to, params, search, children, ...rest }: Target & AnchorProps & { children: ReactNode; "aria-label"?: string; tabIndex?: number }) {
  return <Anchor size="sm" {...rest} renderRoot={(p) => <Link to={to} params={params} search={search ?? {}} {...p} />}>{children}</Anchor>;
}

export function ButtonLink({ to, params, search, children, ...rest }: Target & ButtonProps & { children: ReactNode }) {
  return <Button variant="default" {...rest} renderRoot={(p) => <Link to={to} params={params} search={search ?? {}} {...p} />}>{children}</Button>;
}
