// A decision: decided again, judged by people, followed to what it names, and of
// another tenant of the organisation.
import { expect, suite, viewerScopes, type Page, type Server } from "./harness";

const { journey } = suite();

const blocked = async (server: Server, filter = "action=blocked") => (await server.api<{ items: { decision_id: string; rules: string[] }[] }>("GET", `/api/v1/decisions?${filter}&limit=1`)).items[0]!;
const again = (page: Page) => page.getByRole("button", { name: "Decide again" }).click();
const outcome = (page: Page) => page.getByRole("status", { name: "Outcome of deciding again" });

journey("a decision is decided again: the same, and what the rules of now would say", { postgres: true }, async ({ page, server, open, shoot }) => {
  // One that an imported rule made: those can be tuned.
  const { items } = await server.api<{ items: { decision_id: string; rules: string[] }[] }>("GET", "/api/v1/decisions?limit=500");
  const d = items.find((x) => x.rules[0]?.startsWith("sigma:"))!;
  await open(`/decisions/${d.decision_id}`);
  await again(page);
  await outcome(page).getByText("The same outcome, byte for byte.").waitFor();
  expect(await page.getByRole("radio", { name: /in force now/ }).count(), "its own ruleset is in force").toBe(0);
  // Another ruleset comes into force.
  server.cli("rules", "tune", d.rules[0]!, "--disable", "--reason", "Too loud this week");
  await page.reload();
  await page.getByRole("radio", { name: /The one in force now, version/ }).check();
  await again(page);
  await outcome(page).getByText("That ruleset would decide otherwise:", { exact: false }).waitFor();
  await outcome(page).getByRole("row", { name: /score/ }).first().waitFor();
  await shoot("decision-replayed");
  server.cli("rules", "tune", d.rules[0]!, "--reset", "--reason", "Back again");
});

journey("somebody says that a decision was a false alarm, with a reason", { postgres: true }, async ({ page, server, open, edit, shoot }) => {
  const d = await blocked(server);
  await open(`/decisions/${d.decision_id}`);
  await page.getByRole("button", { name: "Edit to say" }).waitFor();
  expect(await page.getByRole("button", { name: "False alarm" }).count(), "without edit mode nothing is written").toBe(0);
  await edit("The scanner of our own team");
  await expect.poll(() => page.getByRole("textbox", { name: "Comment" }).inputValue()).toBe("The scanner of our own team");
  await page.getByRole("button", { name: "False alarm" }).click();
  await page.getByText(/as entry \d+ of the log/).waitFor();
  await shoot("decision-feedback");
  await page.getByRole("button", { name: "False alarm" }).click();
  await page.getByText("You had said the same before; nothing was added.").waitFor();
});

journey("a decision leads to its rule, its ruleset, and what is in force", {}, async ({ page, server, open }) => {
  const d = await blocked(server);
  const v = await server.api<{ decision: { ruleset: { hash: string }; mitigations: { enforcement_id?: string }[] } }>("GET", `/api/v1/decisions/${d.decision_id}`);
  await open(`/decisions/${d.decision_id}`);
  const href = (name: string) => page.getByRole("link", { name, exact: true }).first().getAttribute("href");
  expect(decodeURIComponent((await href("the rule"))!)).toBe(`/console/rules/${d.rules[0]}`);
  await expect.poll(() => href("The enforcement")).toBe(`/console/enforcements/${v.decision.mitigations[0]!.enforcement_id}`);
  const links = await page.getByRole("link").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  expect(links).toContain(`/console/rules/rulesets/${v.decision.ruleset.hash}`);
  // What the rules matched is marked in the event.
  await expect.poll(() => page.locator(".json mark").count()).toBeGreaterThan(0);
});

journey("who works for the organisation opens decisions of its other tenants; others don’t", { allow: [/tenant=tn_\w+ 403/] }, async ({ page, server, open, another }) => {
  const t = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name: "Contoso" });
  const key = (await server.person("Carla", "admin", { tenant: t.id, scopes: ["defend:write", "decisions:read"] })).key;
  const sent = await server.api<{ decision_id: string }>("POST", "/api/v1/defend", { source: "sshd", event_type: "auth", payload: { failed_auths: 9, src_ip: "203.0.113.99", user: "root" } }, key);
  await open(`/feed?tenant=${t.id}`);
  const row = page.getByRole("grid", { name: "Decisions" }).locator(".body-row").first();
  await row.waitFor();
  await expect.poll(() => page.getByRole("grid", { name: "Decisions" }).locator(".body-row").count()).toBe(1);
  await page.getByText("live", { exact: true }).waitFor();
  await server.api("POST", "/api/v1/defend", { source: "sshd", event_type: "auth", payload: { failed_auths: 11, src_ip: "203.0.113.98", user: "root" } }, key);
  await page.locator('.body-row[data-index="1"]').waitFor();
  await page.goto(`/console/decisions/${sent.decision_id}?tenant=all`);
  await page.getByText("The target was blocked.").waitFor();
  await page.getByRole("button", { name: "Verify in this browser" }).click();
  await page.getByRole("status", { name: "What was found" }).getByText("Verified", { exact: true }).waitFor();
  await again(page);
  await outcome(page).getByText("The same outcome, byte for byte.").waitFor();
  await expect.poll(() => page.getByRole("link", { name: "The enforcement" }).getAttribute("href")).toContain(`tenant=${t.id}`);
  const outsider = await another();
  const p = await server.person("Otto", "viewer", { scopes: viewerScopes });
  await outsider.open(`/decisions/${sent.decision_id}?tenant=${t.id}`, p.key);
  await outsider.page.getByRole("heading", { name: "Your key does not allow this" }).waitFor();
});

journey("a decision whose event was erased says so, and what stands", { allow: [/decisions\/[0-9a-f]{16}-\d+ 410/] }, async ({ page, server, open, shoot }) => {
  const sent = await server.api<{ decision_id: string }>("POST", "/api/v1/defend", { source: "sshd", event_type: "auth", payload: { failed_auths: 7, src_ip: "203.0.113.240", user: "root" } });
  server.cli("evidence", "erase", "--subject", "ip:203.0.113.240", "--reason", "Case 17", "--yes");
  await open(`/decisions/${sent.decision_id}`);
  await page.getByRole("heading", { name: "Its event was erased" }).waitFor();
  await page.getByText("the proofs stay valid", { exact: false }).waitFor();
  await shoot("decision-erased");
});
