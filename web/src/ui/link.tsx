// Links within the console. The tenant in the URL goes along by itself; name
// another in `search` to leave it.
import { Button, type ButtonProps } from "@mantine/core";
import { Link, useRouter } from "@tanstack/react-router";
import { useRef, type CSSProperties, type MouseEvent, type ReactNode } from "react";
import type { Search } from "@/app/search";
import { hrefOf } from "./href";
import "./link.css";

export interface Target {
  to: string;
  params?: Record<string, string>;
  search?: Search;
}

interface Look {
  size?: "xs" | "sm" | "md" | "inherit";
  underline?: "hover" | "always";
  fw?: number;
  ff?: "monospace";
  /** Size and weight of the text around. */
  inherit?: boolean;
  /** One line, cut with an ellipsis. */
  truncate?: boolean;
  className?: string;
  style?: CSSProperties;
  tabIndex?: number;
  "aria-label"?: string;
}

/** Milliseconds of resting on a link before its screen is prepared. */
const intent = 50;

const plain = (e: MouseEvent) => e.button === 0 && !e.metaKey && !e.ctrlKey && !e.shiftKey && !e.altKey;

/** A link in a text or a table. It follows no state of the router, so that many cost little. */
export function A({ to, params, search, onGo, children, size = "sm", underline = "hover", fw, ff, inherit, truncate, className, style, ...rest }: Target & Look & { /** Another way to the same place than a new entry of the history. */ onGo?: () => void; children: ReactNode }) {
  const router = useRouter();
  const rests = useRef<ReturnType<typeof setTimeout>>(undefined);
  const target = { to, params, search: search ?? {} };
  const prepare = () => {
    clearTimeout(rests.current);
    rests.current = setTimeout(() => void router.preloadRoute(target).catch(() => undefined), intent);
  };
  const leave = () => clearTimeout(rests.current);
  const { tenant } = router.state.location.search as Search;
  return (
    <a
      {...rest} href={hrefOf(to, params, search, tenant)} className={`mantine-Anchor-root link${className ? ` ${className}` : ""}`} data-size={inherit ? undefined : size} data-truncate={truncate || undefined} data-underline={underline}
      style={fw || ff ? { fontWeight: fw, ...(ff ? { fontFamily: "var(--mantine-font-family-monospace)" } : {}), ...style } : style}
      onMouseEnter={prepare} onFocus={prepare} onMouseLeave={leave} onBlur={leave}
      onClick={(e) => {
        if (e.defaultPrevented || !plain(e)) return;
        e.preventDefault();
        leave();
        if (onGo) onGo();
        else void router.navigate(target);
      }}
    >{children}</a>
  );
}

export function ButtonLink({ to, params, search, children, ...rest }: Target & ButtonProps & { children: ReactNode }) {
  return <Button variant="default" {...rest} renderRoot={(p) => <Link to={to} params={params} search={search ?? {}} {...p} />}>{children}</Button>;
}
