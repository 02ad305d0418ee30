import { readFileSync } from "node:fs";
import { expect, suite, type Page } from "./harness";

const { journey } = suite();

interface Entry {
  id: string;
  action: string;
  principal_name?: string;
  tenant_id: string;
  detail?: Record<string, string>;
}
interface Listed {
  items: Entry[];
  next_cursor?: string;
}

const rows = (page: Page) => page.getByRole("grid", { name: "Audit" }).locator(".body-row");

journey("filtering by a person finds their own write, with before and after", { postgres: true, timeout: 300_000 }, async ({ page, server, open, shoot }) => {
  const ann = await server.person("Ann Keller", "editor", { scopes: ["enforcements:read", "enforcements:write"] });
  const entry = await server.api<{ id: string }>("POST", "/api/v1/allowlists", { kind: "ip", value: "192.0.2.7", reason: "Ann's lab" }, ann.key);
  await server.api("PATCH", `/api/v1/tenants/${server.tenant}`, { name: "Renamed tenant" });
  await open("/audit");
  await rows(page).first().waitFor();
  await shoot("audit-list");
  await page.getByLabel("Who", { exact: true }).fill("keller");
  await page.waitForURL(/who=keller/);
  await rows(page).filter({ hasText: "added to the allow-list" }).waitFor();
  await page.waitForFunction(() => document.querySelectorAll(".body-row").length === 1);
  await expect.poll(() => rows(page).first().textContent()).toContain("Ann Keller");
  await rows(page).first().getByRole("link", { name: "added to the allow-list" }).click();
  await page.getByRole("heading", { level: 1, name: "Ann Keller added to the allow-list" }).waitFor();
  await page.getByText("Ann's lab").first().waitFor();
  await page.getByRole("link", { name: "All that was done to this object" }).click();
  await page.waitForURL(new RegExp(`target=${entry.id}`));
  await page.goto("/console/audit?action=tenant.update");
  await rows(page).first().getByRole("link", { name: "changed a tenant" }).click();
  await page.getByRole("columnheader", { name: "Before" }).waitFor();
  await page.getByText("Renamed tenant").first().waitFor();
  await shoot("audit-entry");
});

journey("the exported file is the whole list that is filtered", { postgres: true }, async ({ page, server, open }) => {
  for (let i = 0; i < 120; i++) await server.api("POST", "/api/v1/allowlists", { kind: "user", value: `user-${i}`, reason: `Bulk, number ${i}` });
  await server.api("POST", "/api/v1/missions", { title: "Not in the file", starts_at: "2026-01-01T00:00:00Z", expires_at: "2099-01-01T00:00:00Z", allowed_actions: [] }).catch(() => undefined);
  const ids: string[] = [];
  for (let cursor = ""; ; ) {
    const p: Listed = await server.api("GET", `/api/v1/audit?action=allowlist.&limit=50${cursor ? `&cursor=${cursor}` : ""}`);
    ids.push(...p.items.map((e) => e.id));
    if (!p.next_cursor) break;
    cursor = p.next_cursor;
  }
  expect(ids.length).toBeGreaterThanOrEqual(120);
  await open("/audit?action=allowlist.");
  await rows(page).first().waitFor();
  const take = async (format: string) => {
    await page.getByRole("button", { name: "Export" }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: format, exact: true }).click()]);
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
  };
  const json = await take("JSON");
  expect(json.name).toMatch(/^frostgate-audit-.*\.json$/);
  expect((JSON.parse(json.text) as Entry[]).map((e) => e.id)).toEqual(ids);
  const csv = await take("CSV");
  const lines = csv.text.trim().split("\n");
  expect(lines[0]).toMatch(/^at,id,tenant_id,principal_id,principal_name,/);
  expect(lines.slice(1).map((l) => l.split(",")[1])).toEqual(ids);
});

journey("who, what, when and outcome are in the URL, and the keyboard opens an entry", {}, async ({ page, server, open }) => {
  const poor = await server.person("Poor Tom", "viewer", { scopes: ["decisions:read"] });
  await server.api("GET", "/api/v1/audit", undefined, poor.key).catch(() => undefined);
  await server.api("POST", "/api/v1/allowlists", { kind: "host", value: "web-1", reason: "test" });
  await open("/audit?action=key.&outcome=ok&outcome=nonsense");
  await page.getByRole("button", { name: "What: keys" }).waitFor();
  await rows(page).first().getByText("made a key").waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: /made a key/ }).waitFor();
  await page.goBack();
  await page.getByLabel("To", { exact: true }).fill("2020-01-01T00:00");
  await page.waitForURL(/to=2019-12-31T23/);
  await page.getByRole("heading", { name: "No entry fits these filters" }).waitFor();
  await page.getByRole("button", { name: "Any time" }).click();
  await rows(page).first().waitFor();
});

journey("all tenants of the organisation are one list", { postgres: true }, async ({ page, server, open, shoot }) => {
  const second = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name: "Contoso" });
  await server.api("POST", `/api/v1/allowlists?tenant=${second.id}`, { kind: "ip", value: "192.0.2.200", reason: "Contoso's office" });
  await server.api("POST", "/api/v1/allowlists", { kind: "ip", value: "192.0.2.201", reason: "Ours" });
  await open("/audit?tenant=all&action=allowlist.&q=192.0.2.20");
  await page.getByRole("columnheader", { name: "Tenant" }).waitFor();
  await rows(page).nth(1).waitFor();
  await expect.poll(() => rows(page).count()).toBe(2);
  await rows(page).filter({ hasText: "Contoso" }).getByText("192.0.2.200").waitFor();
  await shoot("audit-all");
  await rows(page).filter({ hasText: "Contoso" }).getByRole("link", { name: "added to the allow-list" }).click();
  await page.getByText("Contoso's office").first().waitFor();
  expect(page.url()).toContain(`tenant=${second.id}`);
});

journey("who may not read the audit is told which scope is missing", { allow: [/api\/v1\/audit[^ ]* 403/] }, async ({ page, server, open, shoot }) => {
  const poor = await server.person("Ned", "viewer", { scopes: ["decisions:read"] });
  await open("/audit", poor.key);
  await page.getByRole("heading", { name: "Your key does not allow this" }).waitFor();
  await page.getByText("audit:read").first().waitFor();
  await shoot("audit-forbidden");
});
