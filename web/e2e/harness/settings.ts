// What the journeys of settings do alike.
import type { Page } from "./index";
import type { Server } from "./server";

/** Many screenshots on a busy machine. */
export const timeout = 240_000;
export const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1, exact: true });

/** Chooses in one of Mantine's selects. */
export async function pick(page: Page, label: string, option: string | RegExp) {
  await page.getByRole("combobox", { name: label, exact: true }).or(page.getByRole("textbox", { name: label, exact: true })).first().click();
  await page.getByRole("option", { name: option }).click();
}

interface Audited {
  items: { action: string; target: string; detail?: Record<string, string> }[];
}
export const audited = async (server: Server, action: string) => (await server.api<Audited>("GET", `/api/v1/audit?action=${action}&limit=50`)).items;
