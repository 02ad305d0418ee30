import { expect, suite, type Page, type Server } from "./harness";

const { journey } = suite();

const rows = (page: Page) => page.getByRole("grid", { name: "Decisions" }).locator(".body-row");
const send = (server: Server, n: number, address = "203.0.113.200") => server.api("POST", "/api/v1/defend", { source: "sshd", event_type: "auth", timestamp: new Date().toISOString(), tenant_id: server.tenant, classification: "UNCLASS", persona: "sentinel", payload: { failed_auths: n, src_ip: address, user: "root" } });

journey("the feed shows what comes, is paused and goes on", { postgres: true }, async ({ page, server, open, shoot }) => {
  await open("/feed");
  await rows(page).first().waitFor();
  await page.getByText("live", { exact: true }).waitFor();
  await shoot("feed");
  await page.evaluate(() => scrollTo(0, 0));
  await send(server, 20, "203.0.113.201");
  await page.locator('.body-row[data-index="0"]', { hasText: "Repeated failed logins" }).waitFor();
  await page.keyboard.press("p");
  await page.getByText("paused", { exact: true }).waitFor();
  await send(server, 21, "203.0.113.202");
  await page.getByRole("button", { name: "Show 1 new decision" }).click();
  await page.getByRole("button", { name: "Show 1 new decision" }).waitFor({ state: "detached" });
  await page.getByText("live", { exact: true }).waitFor();
});

journey("from the feed by keyboard to why a decision was made, and its receipt", { postgres: true }, async ({ page, open, shoot }) => {
  await open("/feed?action=pending_approval");
  await rows(page).first().waitFor();
  await expect.poll(() => rows(page).count()).toBe(1);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByText("A high threat, because one rule fired").waitFor();
  await expect.poll(() => page.locator(".json mark").allTextContents()).toContain("7");
  await page.getByText("If fail_count were 4 instead of 7").waitFor();
  await page.getByText("It waits for approval until").waitFor();
  await shoot("decision");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download the receipt" }).click()]);
  expect(file.suggestedFilename()).toMatch(/^receipt-[0-9a-f]{16}-\d+\.json$/);
});

journey("the feed’s filters are in the URL; nothing found says so", {}, async ({ page, open, shoot }) => {
  await open("/feed?severity=high&action=nonsense&source=sshd");
  await page.getByRole("button", { name: "Severity: high" }).waitFor();
  await rows(page).first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("zzz-nothing");
  await page.getByRole("heading", { name: "No decision fits these filters" }).waitFor();
  await page.waitForURL(/q=zzz-nothing/);
  await shoot("feed-nothing");
});

journey("a blocked decision shows what is in force and what changed", {}, async ({ page, server, open, shoot }) => {
  const { items } = await server.api<{ items: { decision_id: string }[] }>("GET", "/api/v1/decisions?action=blocked&changed=true&limit=1");
  await open(`/decisions/${items[0]!.decision_id}`);
  await page.getByText("The target was blocked.").waitFor();
  await page.getByRole("heading", { name: "Compared with the one before" }).waitFor();
  await shoot("decision-blocked");
});

journey("a decision that is not there says so", { allow: [/decisions\/0000000000000000-1 404/] }, async ({ page, open }) => {
  await open("/decisions/0000000000000000-1");
  await page.getByRole("alert").waitFor();
});

journey("the feed goes on after the server was restarted, without loss", { allow: [/feed\/stream/, /ERR_/, /session/, /50[23]/] }, async ({ page, server, open }) => {
  await open("/feed");
  await page.getByText("live", { exact: true }).waitFor();
  await server.restart();
  await send(server, 30, "203.0.113.210");
  await page.locator('.body-row[data-index="0"]', { hasText: "Repeated failed logins" }).waitFor({ timeout: 30_000 });
  await page.getByText("live", { exact: true }).waitFor();
});

journey("home says what needs a person, and leads there", { postgres: true }, async ({ page, open, shoot }) => {
  await open("/");
  await page.getByRole("heading", { level: 1, name: /^Protected\. \d+ things need you\.$/ }).waitFor();
  await page.getByText(/1 decision and \d+ findings .*wait for you\./).waitFor();
  await page.getByText("verified", { exact: true }).waitFor();
  await shoot("home");
  await page.getByText("30 days").click();
  await page.waitForURL(/window=30d/);
  await page.getByRole("link", { name: "Block 203.0.113.77" }).click();
  await page.getByText("It waits for approval until").waitFor();
});

journey("who may read decisions only is told what home leaves out", {}, async ({ page, server, open }) => {
  const p = await server.person("Ola", "viewer", { scopes: ["decisions:read"] });
  await open("/", p.key);
  await page.getByRole("heading", { level: 1, name: "Protected. Nothing that you may look at needs you." }).waitFor();
  await page.getByText("your key does not allow it: approvals, drift, webhooks").waitFor();
});
