// Days of the people the console is for, from the start screen on: nobody types
// a URL but the first.
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Locator } from "playwright-core";
import { expect, suite, type Page, type Server } from "./harness";

const { journey } = suite();
const samples = resolve(import.meta.dirname, "../../internal/inventory/samples/tenant");
const rows = (page: Page, table: string) => page.getByRole("grid", { name: table }).locator(".body-row");
const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();

/** Wholly within the window, where people see it. */
const inView = (of: Locator) => of.evaluate((e) => {
  const at = e.getBoundingClientRect();
  return at.width > 0 && at.top >= 0 && at.left >= 0 && at.bottom <= innerHeight && at.right <= innerWidth;
});

/** Observes the sample tenant in another tenant, before and after. */
async function observed(server: Server, tenant: string, name: string) {
  const who = await server.person(`Runner of ${name}`, "editor", { scopes: ["inventory:read", "inventory:write", "drift:read", "drift:write"], tenant });
  const dir = mkdtempSync(join(tmpdir(), "frostgate-e2e-export-"));
  try {
    for (const when of ["before", "after"]) {
      cpSync(join(samples, when), join(dir, "x"), { recursive: true });
      server.cli("inventory", "run", join(dir, "x"), "--source", "directory", "--name", "sample", "--url", server.url, "--key", who.key);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

journey("with a URL, a key and the question: what changed in Conditional Access, since which run, acknowledge it", { postgres: true, timeout: 120_000 }, async ({ page, server, shoot }) => {
  const ana = await server.person("Ana", "analyst", { scopes: ["decisions:read", "drift:read", "drift:write", "inventory:read"] });
  await page.goto("/console/");
  await page.getByRole("textbox", { name: "API key" }).fill(ana.key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await heading(page, /things? needs? you\.$/);
  await shoot("walk-1-home");
  await page.getByRole("link", { name: "Conditional Access" }).click();
  await rows(page, "Findings").first().waitFor();
  await shoot("walk-2-findings");
  await page.getByRole("link", { name: "CA002 Block legacy authentication" }).first().click();
  await heading(page, /CA002/);
  await page.getByText("It changed between the two runs").waitFor();
  const facts = page.getByRole("definition");
  await facts.getByRole("link", { name: /the run of/ }).first().waitFor();
  await shoot("walk-3-finding");

  await page.getByRole("button", { name: "Edit to decide" }).click();
  await page.getByLabel("Why do you change something?").fill("Asked Eva: it was the migration");
  await page.getByRole("button", { name: "Start editing" }).click();
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Acknowledge" }).click();
  const message = page.getByRole("alert").filter({ hasText: "1 finding acknowledged" });
  await message.waitFor();
  await expect.poll(() => inView(message), { message: "a short message is seen, not only there" }).toBe(true);
  await page.getByText("Acknowledged by you").waitFor();
  await page.getByText("“Asked Eva: it was the migration”").first().waitFor();
  await shoot("walk-4-acknowledged");
  const id = page.url().match(/fnd_\w+/)![0];
  const f = await server.api<{ state: string; type: string; before: { run: string }; after: { run: string }; proof: { entry: number; snapshot: string } }>("GET", `/api/v1/drift/findings/${id}`);
  expect(f).toMatchObject({ state: "acknowledged", type: "identity/conditionalAccess/policies" });
  expect(f.before.run).not.toBe(f.after.run);
  expect(f.proof.snapshot).toMatch(/^[0-9a-f]{64}$/);

  // Which run: it opens from the finding, and names the one before.
  await facts.getByRole("link", { name: /the run of/ }).nth(1).click();
  await heading(page, /^Run of directory\/sample/);
  await page.getByText("Run before").first().waitFor();
  await page.goBack();
  await page.getByRole("link", { name: "Blast radius" }).click();
  await page.getByText(/feels? a change of it|Nothing that is known feels/).waitFor();
});

journey("the day of a security engineer begins at home", { postgres: true, timeout: 120_000 }, async ({ page, server, open, shoot, axe }) => {
  const eva = await server.person("Eva", "analyst", { scopes: ["decisions:read", "evidence:read", "enforcements:read", "rules:read", "drift:read"] });
  await open("/", eva.key);
  await heading(page, /^(Protected|Quiet|No event)/);
  await page.getByRole("heading", { name: "Decisions over time" }).waitFor();
  await page.getByRole("img", { name: /Decisions over time/ }).waitFor();
  await page.getByText("Gating", { exact: true }).first().click();
  await page.getByText("Table", { exact: true }).click();
  const table = page.getByRole("region", { name: "Decisions over time as a table" });
  await table.getByRole("columnheader", { name: "All", exact: true }).waitFor();
  const stats = await server.api<{ total: number; rule_titles: Record<string, string>; by_rule: Record<string, number> }>("GET", "/api/v1/stats");
  await expect.poll(() => table.getByRole("row").count()).toBeGreaterThan(1);
  await axe("the chart as a table");
  await shoot("home-table");
  // Rules are called by their titles.
  const [rule, title] = Object.entries(stats.rule_titles)[0]!;
  await page.getByRole("link", { name: title, exact: true }).first().waitFor();
  await page.getByRole("link", { name: `${stats.by_rule[rule]!.toLocaleString("en-US")} decisions` }).first().click();
  await page.waitForURL(/\/feed\?.*rule=/);
});

journey("the day of an MSP administrator: many tenants, the same change in many", { postgres: true, timeout: 180_000 }, async ({ page, server, open, edit, shoot }) => {
  const made: string[] = [];
  for (const name of ["Contoso", "Fabrikam"]) {
    const { id } = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name });
    await observed(server, id, name);
    made.push(id);
  }
  await open("/?tenant=all");
  await heading(page, /things need you\.$/);
  await rows(page, "Tenants").filter({ hasText: "Fabrikam" }).waitFor();
  await shoot("home-tenants");
  await rows(page, "Tenants").filter({ hasText: "Fabrikam" }).getByRole("link", { name: "Fabrikam" }).click();
  await heading(page, /^No event came in yet\. \d+ things? needs? you\.$/);
  await shoot("home-tenant");

  // One selection in three tenants is one call.
  await page.goto("/console/drift/findings?tenant=all&q=CA001");
  await rows(page, "Findings").nth(2).waitFor();
  await edit("Agreed with all of them");
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press("j");
    await page.keyboard.press("x");
  }
  await page.getByText("3 findings selected").waitFor();
  const calls: string[] = [];
  page.on("request", (r) => r.method() === "POST" && r.url().includes("/drift/findings/triage") && calls.push(r.url()));
  await page.getByRole("region", { name: "Selection" }).getByRole("button", { name: "Acknowledge" }).click();
  await page.getByRole("dialog").getByText(/In 3 tenants/).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Acknowledge" }).click();
  await page.getByText("3 findings acknowledged").waitFor();
  expect(calls).toHaveLength(1);

  // All that a filter lists, with counts and progress.
  await page.goto("/console/drift/findings?tenant=all&severity=medium");
  await rows(page, "Findings").first().waitFor();
  const before = await server.api<{ total: number; by_tenant: unknown[] }>("GET", "/api/v1/drift/findings/count?tenant=all&severity=medium");
  expect(before.by_tenant.length).toBe(3);
  const all = page.getByRole("group", { name: "Decide on all of the list" });
  await all.getByRole("button", { name: `Deny all ${before.total}` }).click();
  await page.getByRole("dialog").getByText(/All that the list’s filter has; in 3 tenants/).waitFor();
  await shoot("bulk");
  await page.getByRole("dialog").getByRole("button", { name: "Deny" }).click();
  await page.getByText(`${before.total} of ${before.total} denied.`).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await page.getByRole("heading", { name: "Nothing of this waits any more" }).waitFor();
  const after = await server.api<{ total: number; by_tenant: { tenant_id: string; total: number }[] }>("GET", "/api/v1/drift/findings/count?tenant=all&severity=medium&state=denied");
  expect(after.total).toBe(before.total);
  for (const t of made) expect(after.by_tenant.find((x) => x.tenant_id === t)!.total).toBeGreaterThan(0);
});

journey("the day of an auditor: who decided, what proves it, everything in a file; nothing can be changed", { postgres: true, timeout: 120_000 }, async ({ page, server, open, shoot }) => {
  const { items } = await server.api<{ items: { id: string; version: number }[] }>("GET", "/api/v1/drift/findings?state=new");
  const editor = await server.person("Erik", "editor", { scopes: ["drift:read", "drift:write"] });
  await server.api("POST", `/api/v1/drift/findings/${items[0]!.id}/triage`, { action: "deny", note: "Undo it", version: items[0]!.version }, editor.key);
  const auditor = await server.person("Olga", "auditor", { scopes: ["decisions:read", "drift:read", "inventory:read", "evidence:read"] });
  await open("/drift/findings?state=denied", auditor.key);
  await rows(page, "Findings").first().waitFor();
  await page.goto(`/console/drift/findings/${items[0]!.id}`);
  await page.getByText("Denied by Erik").waitFor();
  await page.getByText("“Undo it”").waitFor();
  await page.getByText("First seen by a run").waitFor();
  const proof = page.locator("section.panel").filter({ has: page.getByRole("heading", { name: "Proof" }) });
  await proof.getByText(/the run, entry \d+/).waitFor();
  await proof.getByText(/the comparison, entry \d+/).waitFor();
  await shoot("finding-audit");
  await proof.getByRole("link", { name: "the snapshot" }).click();
  await heading(page, /^Snapshot of directory\/sample/);

  await page.goto("/console/drift/findings?all=true");
  await rows(page, "Findings").first().waitFor();
  const { total } = await server.api<{ total: number }>("GET", "/api/v1/drift/findings/count?all=true");
  await page.getByRole("button", { name: "Download" }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "JSON" }).click()]);
  const text = readFileSync(await file.path(), "utf8");
  expect(JSON.parse(text)).toHaveLength(total);
  expect(text).not.toContain("(a long value)");
  expect(await page.getByRole("button", { name: /^(Acknowledge|Accept|Deny)/ }).count()).toBe(0);
});

journey("what a person may not look at is said, not counted as fine", {}, async ({ page, server, open, axe }) => {
  const nina = await server.person("Nina", "viewer", { scopes: ["decisions:read"] });
  await open("/", nina.key);
  await heading(page, /Nothing that you may look at needs you\.$/);
  await page.getByText(/Not looked at, your key does not allow it: approvals, drift, webhooks/).waitFor();
  await axe("home of somebody who may look at little");
});
