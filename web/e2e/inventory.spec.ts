// Inventory, the same change in many tenants, comparing and baselines.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, suite, type Server } from "./harness";

const { journey } = suite();
const samples = resolve(import.meta.dirname, "../../internal/inventory/samples/tenant");
const source = "directory/sample";

interface Item { id: string; name: string; type: string }
const item = async (server: Server, name: string) => (await server.api<{ items: Item[] }>("GET", `/api/v1/inventory/items?q=${encodeURIComponent(name)}`)).items.find((i) => i.name === name)!;

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

journey("an object is found by name, and says what it holds and what it touches", { postgres: true }, async ({ page, open, shoot }) => {
  await open("/");
  await page.getByRole("link", { name: "Inventory", exact: true }).click();
  const grid = page.getByRole("grid", { name: "Objects" });
  await grid.locator(".body-row").first().waitFor();
  await shoot("inventory");
  await page.keyboard.press("/");
  await page.keyboard.type("CA001");
  await page.waitForURL(/q=CA001/);
  await grid.getByText("CA001 Require MFA for everybody").click();
  await page.getByRole("heading", { level: 1, name: /CA001/ }).waitFor();
  await page.getByRole("region", { name: "The object's content" }).waitFor();
  await page.getByText(/It refers to \d/).waitFor();
  await page.getByRole("link", { name: /excludeGroups/ }).waitFor();
  const whom = page.getByText("It reaches all users, except the groups Break-glass accounts and Contractors.");
  await whom.waitFor();
  await shoot("inventory-item");
  // That no object refers to a policy does not mean that it reaches nobody.
  await page.getByRole("link", { name: "What it touches" }).click();
  await page.getByText("No other object that is known feels a change of it.").waitFor();
  await whom.waitFor();
  await page.getByText("Who is in a group is not read.").waitFor();
  await page.locator(".flow-node").first().waitFor();
  await shoot("inventory-graph-policy");
});

journey("what feels a change of a group, as a graph and as a table", {}, async ({ page, server, open, shoot }) => {
  const group = await item(server, "Contractors");
  await open(`/inventory/graph?source=${source}&type=${group.type}&id=${group.id}`);
  await page.getByText(/feel a change of it|feels a change of it/).waitFor();
  await page.locator(".flow-node").first().waitFor();
  await page.getByRole("cell", { name: /“CA005/ }).waitFor();
  await shoot("inventory-graph");
  await page.getByRole("table").getByRole("link", { name: /CA005/ }).first().click();
  await page.waitForURL((u) => u.searchParams.get("id") !== group.id);
});

journey("coverage, sources and references in plain words", {}, async ({ page, open, shoot }) => {
  await open("/inventory/coverage");
  await page.getByText(/Everything was read|not wholly known/).waitFor();
  await shoot("inventory-coverage");
  const parts = page.getByRole("navigation", { name: "Parts of the inventory" });
  await parts.getByRole("link", { name: "Sources" }).click();
  await page.getByRole("heading", { name: source }).waitFor();
  await shoot("inventory-sources");
  await parts.getByRole("link", { name: "References" }).click();
  await page.getByRole("heading", { level: 2 }).first().waitFor();
  await shoot("inventory-references");
});

journey("a run says what changed; compared with the one before, its snapshot exported", { postgres: true, timeout: 120_000 }, async ({ page, server, open, shoot }) => {
  await open("/inventory/runs");
  await page.getByRole("grid", { name: "Runs" }).locator(".body-row").first().waitFor();
  await shoot("inventory-runs");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByText(/Against the run before:/).waitFor();
  await page.getByText(/entry \d+ of the tenant’s log/).first().waitFor();
  await shoot("inventory-run");
  await page.getByRole("link", { name: "With the run before" }).click();
  await page.getByText(/\d+ objects differ between/).waitFor();
  await shoot("compare");
  await page.getByRole("link", { name: /CA002/ }).click();
  await page.getByRole("dialog").getByText("disabled").first().waitFor();
  await page.waitForURL(/object=/);
  await page.keyboard.press("Escape");
  const { items } = await server.api<{ items: { root: string }[] }>("GET", "/api/v1/inventory/snapshots");
  await page.goto(`/console/inventory/snapshots/${items[0]!.root}`);
  await page.getByText(items[0]!.root, { exact: true }).waitFor();
  await shoot("inventory-snapshot");
  const file = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export" }).click();
  expect(await (await file).failure()).toBeNull();
});

journey("the same change in three tenants is decided on at once, but for one", { postgres: true, timeout: 180_000 }, async ({ page, server, open, edit, shoot }) => {
  const made: string[] = [];
  for (const name of ["Contoso", "Fabrikam"]) {
    const { id } = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name });
    await observed(server, id, name);
    made.push(id);
  }
  await open("/drift/groups?tenant=all");
  await page.getByRole("grid", { name: "Groups of the same change" }).locator(".body-row").first().waitFor();
  await shoot("groups");
  await page.getByRole("link", { name: "state", exact: true }).first().click();
  await page.getByText(/3 findings in 3 tenants/).waitFor();
  await edit("Agreed with all of them");
  await page.getByRole("checkbox", { name: "Decide in Fabrikam" }).uncheck();
  await shoot("group");
  // What is left once a finding is unticked too; it is ticked again.
  const one = page.getByRole("checkbox", { name: /^Decide on CA002/, disabled: false }).first();
  await one.uncheck();
  await page.getByRole("button", { name: "Acknowledge 1 in 1 tenant" }).waitFor();
  await one.check();
  await page.getByRole("button", { name: "Acknowledge in 2 tenants" }).click();
  await page.getByRole("dialog").getByText("2 findings in 2 tenants. What was unticked stays as it is: 1 tenant.").waitFor();
  await shoot("group-acknowledge");
  await page.getByRole("dialog").getByRole("button", { name: "Acknowledge 2 findings" }).click();
  await page.getByText("2 findings acknowledged").waitFor();
  const key = new URL(page.url()).pathname.split("/").at(-1)!;
  const before = await server.api<{ items: { id: string; tenant_id: string; state: string }[] }>("GET", `/api/v1/drift/findings?tenant=all&all=true&group=${key}`);
  const { items } = before;
  expect(items.map((f) => [f.tenant_id === made[1], f.state]).sort()).toEqual([[false, "acknowledged"], [false, "acknowledged"], [true, "new"]]);

  // Unticked, a finding is left out also once the list that is read anew has it no more.
  const id = items.find((f) => !made.includes(f.tenant_id))!.id;
  const row = page.locator(".pick-list li", { has: page.locator(`a[href*="${id}"]`) });
  await row.getByRole("checkbox").uncheck();
  await page.route("**/api/v1/drift/findings?**", async (route) => {
    const answer = await route.fetch();
    const list = (await answer.json()) as { items: { id: string }[] };
    await route.fulfill({ response: answer, json: { ...list, items: list.items.filter((f) => f.id !== id) } });
  });
  const decide = async (verb: string, done: string) => {
    await page.getByRole("button", { name: `${verb} 1 in 1 tenant` }).click();
    await page.getByRole("dialog").getByText("1 finding in Contoso. What was unticked stays as it is: 1 tenant and 1 finding.").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: `${verb} 1 finding` }).click();
    await page.getByText(`1 finding ${done}`).waitFor();
  };
  await decide("Deny", "denied");
  await row.waitFor({ state: "detached" });
  await decide("Reopen", "reopened");
  await page.unrouteAll({ behavior: "wait" });
  const after = await server.api<typeof before>("GET", `/api/v1/drift/findings?tenant=all&all=true&group=${key}`);
  expect(Object.fromEntries(after.items.map((f) => [f.tenant_id === made[0] ? "Contoso" : f.id === id ? "unticked" : "Fabrikam", f.state]))).toEqual({ Contoso: "reopened", unticked: "acknowledged", Fabrikam: "new" });
});

journey("a snapshot becomes a baseline, gets a second version and is put away", { postgres: true, timeout: 120_000 }, async ({ page, server, open, edit, shoot }) => {
  await open("/drift/baselines");
  await page.getByRole("grid", { name: "Baselines" }).getByText("last-run").waitFor();
  await shoot("baselines");
  await edit("Go-live was approved");
  await page.getByRole("button", { name: "New baseline" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("go-live");
  await dialog.getByRole("combobox", { name: "Of which source" }).click();
  await page.getByRole("option", { name: source }).click();
  await dialog.getByRole("combobox", { name: "Snapshot" }).click();
  await page.getByRole("option").first().click();
  await dialog.getByLabel("Go on comparing with the run before too").check();
  await shoot("baseline-new");
  await dialog.getByRole("button", { name: "Make it" }).click();
  await page.getByRole("heading", { level: 1, name: "go-live" }).waitFor();
  await page.getByText("“Go-live was approved”").waitFor();
  await page.getByRole("button", { name: "Next version" }).click();
  await dialog.getByRole("combobox", { name: "Snapshot" }).click();
  await page.getByRole("option").last().click();
  await dialog.getByRole("button", { name: "Make version 2" }).click();
  await page.getByRole("heading", { name: "2 versions" }).waitFor();
  await shoot("baseline");
  await page.getByRole("button", { name: "Deactivate" }).click();
  await dialog.getByRole("button", { name: "Deactivate" }).click();
  await page.getByText("not active", { exact: true }).waitFor();
  const { items } = await server.api<{ items: { name: string; version: number; active: boolean }[] }>("GET", "/api/v1/drift/baselines?inactive=true");
  expect(items.find((b) => b.name === "go-live")).toMatchObject({ version: 2, active: false });
});

journey("two tenants are compared", {}, async ({ page, server, open }) => {
  const { items } = await server.api<{ items: { id: string; name: string }[] }>("GET", "/api/v1/tenants");
  const other = items.find((t) => t.name === "Contoso")!;
  await open("/drift/compare");
  await page.getByText("Choose two sides").waitFor();
  await page.goto(`/console/drift/compare?from=source:${source}&to=source:${other.id}:${source}`);
  await page.getByText(/differs? between default and Contoso|They are equal in all that can be told/).waitFor();
});

journey("without the scope, the screen says which is missing; an empty tenant says what to do", { allow: [/ 403$/] }, async ({ page, server, open, another }) => {
  const narrow = await server.person("Nina", "viewer", { scopes: ["drift:read"] });
  await open("/inventory", narrow.key);
  await page.getByText("Your key does not allow this").first().waitFor();
  await page.getByText("inventory:read").first().waitFor();
  const { id } = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name: "Empty" });
  const b = await another();
  await b.open(`/inventory?tenant=${id}`);
  await b.page.getByText("Nothing was observed yet").waitFor();
  await b.page.getByText("frostgate inventory run ./export --source directory --name entra").first().waitFor();
  await b.axe();
});

journey("a type that was read to its end with something left out is told as one thing", {}, async ({ page, server, open, shoot }) => {
  const dir = mkdtempSync(join(tmpdir(), "frostgate-e2e-twice-"));
  try {
    cpSync(join(samples, "before"), join(dir, "x"), { recursive: true });
    cpSync(join(dir, "x/Groups/Contractors.json"), join(dir, "x/Groups/Contractors-copy.json"));
    server.cli("inventory", "run", join(dir, "x"), "--source", "directory", "--name", "twice");
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  await open("/inventory/coverage?source=directory/twice");
  await page.getByText(/^1 of \d+ types is not wholly known\.$/).waitFor();
  const notWhole = page.locator(".panel", { has: page.getByRole("heading", { name: "Not wholly known" }) });
  await notWhole.getByText("read, 1 left out", { exact: true }).waitFor();
  await notWhole.getByText("1 identity is claimed by several objects and left out.").waitFor();
  expect(await notWhole.getByText("read to the end", { exact: true }).count()).toBe(0);
  await expect.poll(() => page.locator(".panel", { has: page.getByRole("heading", { name: "Read to the end" }) }).getByText("read to the end", { exact: true }).count()).toBeGreaterThan(3);
  await shoot("inventory-coverage-left-out");
});
