// What a screen area tells the shell about itself. Descriptions are small and
// load at once; the screens behind them load when they are opened.
import type { QueryClient } from "@tanstack/react-query";
import type { ComponentType } from "react";
import type { IconName } from "@/ui/icons";

export type Section = "Overview" | "Respond" | "Configuration" | "Proof" | "Settings";
export const sections: Section[] = ["Overview", "Respond", "Configuration", "Proof", "Settings"];

export interface NavItem {
  to: string;
  label: string;
  icon: IconName;
  section: Section;
  /** Shown only to who holds it. */
  scope?: string;
  /** "d" makes `g d` go there; must be free. */
  key?: string;
  /** Other words by which the command palette finds it. */
  keywords?: string[];
}

export interface PrefetchInput {
  client: QueryClient;
  params: Record<string, string>;
  search: Record<string, string | string[] | undefined>;
  tenant: string | undefined;
}

export interface Page {
  /** Below /console, such as "/drift/findings/$id". */
  path: string;
  load: () => Promise<{ default: ComponentType }>;
  /** Whether its data can be of another tenant than the key's: "one", or "many" where the API takes tenant=all. */
  tenant?: "one" | "many";
  /** Asks for the page's data before it is opened (hover, route change); never waited for. */
  prefetch?: (input: PrefetchInput) => void;
}

/** An entry of the command palette that is no page. */
export interface PaletteAction {
  label: string;
  description?: string;
  icon?: IconName;
  keywords?: string[];
  scope?: string;
  to?: string;
  search?: Record<string, string>;
}

/** A list that can be searched for whatever is typed into the palette. */
export interface Seek {
  /** "the feed": the palette says “Search the feed for …”. */
  what: string;
  icon: IconName;
  scope: string;
  to: string;
  /** The list's filter that takes the text. */
  filter: string;
  /** Filters that go with it. */
  search?: Record<string, string>;
}

export interface Feature {
  name: string;
  nav: NavItem[];
  pages: Page[];
  actions?: PaletteAction[];
  seeks?: Seek[];
  /** Opens what was typed or pasted into the palette, such as an ID; undefined when it isn't of this feature. */
  open?: (text: string) => { label: string; to: string; search?: Record<string, string> } | undefined;
}
