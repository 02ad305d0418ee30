import { expect, suite, type Page } from "./harness";

const { journey } = suite();

const rows = (page: Page, name: string) => page.getByRole("grid", { name }).locator(".body-row");
const dialog = (page: Page) => page.getByRole("dialog");

/** Journeys with many screenshots, on a machine that does other things too. */
const slow = 300_000;

interface Listed<T> {
  items: T[];
}
interface Row {
  id: string;
  action: string;
  target: string;
  principal_name?: string;
  revoke_reason?: string;
  detail?: Record<string, string>;
}

/** A brute force from an address, decided now; the decision's ID. */
async function bruteForce(server: { api: <T>(m: string, p: string, b?: unknown) => Promise<T> }, ip: string, n = 1): Promise<{ decision_id: string; mitigations: { target: string }[] }> {
  let last!: { decision_id: string; mitigations: { target: string }[] };
  for (let i = 0; i < n; i++) last = await server.api("POST", "/api/v1/defend", { source: "sshd", event_type: "auth.bruteforce", payload: { src_ip: ip, failed_auths: 7 + i } });
  return last;
}

journey("a brute force: explained, blocked, revoked with a reason, and audited", { postgres: true, timeout: slow }, async ({ page, server, open, edit, shoot }) => {
  const ip = "198.51.100.77";
  const made = await bruteForce(server, ip, 3);
  // Explained: the decision says why, and what it has set in force.
  await open(`/decisions/${made.decision_id}`);
  await page.getByText(/because .*rule/).first().waitFor();
  await page.getByText(ip).first().waitFor();
  // Blocked: it is in force, counting down, once for its three decisions.
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await page.getByRole("heading", { level: 1, name: "Enforcements" }).waitFor();
  await page.getByTestId("headline").getByText(/address(es)? (is|are) blocked/).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(ip);
  await page.waitForURL(/q=198.51.100.77/);
  await page.waitForFunction(() => document.querySelectorAll(".body-row").length === 1);
  await expect.poll(() => rows(page, "In force").first().textContent()).toContain(ip);
  await page.getByText(/\d+ min \d\d s/).first().waitFor();
  await page.getByRole("link", { name: ip }).click();
  await page.getByRole("heading", { level: 1, name: `${ip} is blocked` }).waitFor();
  await page.getByRole("link", { name: "3 enforcements in force" }).waitFor();
  await shoot("respond-enforcement");
  // Revoked: one by itself leaves the others, all of them end it.
  await edit("Our own scanner, ticket 812");
  await page.getByRole("button", { name: "Revoke this one" }).click();
  await dialog(page).getByText(/Only this one ends. 2 others are in force/).waitFor();
  await dialog(page).getByRole("button", { name: "Revoke it" }).click();
  await page.getByRole("heading", { level: 1, name: `${ip} is blocked still, by others` }).waitFor();
  await page.getByRole("button", { name: `Revoke all 2 against ${ip}` }).click();
  await dialog(page).getByRole("button", { name: "Revoke all 2" }).click();
  await page.getByRole("heading", { level: 1, name: `Block ${ip}: over` }).waitFor();
  await page.getByText("“Our own scanner, ticket 812”").waitFor();
  const left = await server.api<Listed<Row>>("GET", `/api/v1/enforcements/targets?target=${ip}`);
  expect(left.items).toEqual([]);
  // Audited: three entries with the reason and the name of who did it.
  await page.getByRole("link", { name: "in the audit" }).click();
  await rows(page, "Audit").first().getByText("revoked an enforcement").waitFor();
  const audit = await server.api<Listed<Row>>("GET", "/api/v1/audit?action=enforcement.revoke&q=ticket+812");
  expect(audit.items.map((a) => a.detail)).toEqual(Array(3).fill({ action: "block_ip", target: ip, reason: "Our own scanner, ticket 812" }));
});

journey("what is in force is one line for each target; several end at once, by keyboard", { postgres: true, timeout: slow }, async ({ page, server, open, edit, shoot }) => {
  for (const ip of ["203.0.113.201", "203.0.113.202", "203.0.113.203"]) await bruteForce(server, ip, 2);
  await open("/enforcements?q=203.0.113.20");
  await rows(page, "In force").first().waitFor();
  await expect.poll(() => rows(page, "In force").count()).toBe(3);
  await shoot("respond-in-force");
  await edit("Exercise is over");
  for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
  await page.getByText("2 targets selected").waitFor();
  await page.getByRole("region", { name: "Selection" }).getByRole("button", { name: "Revoke" }).click();
  await shoot("respond-revoke");
  await dialog(page).getByRole("button", { name: "Revoke all 4" }).click();
  await page.getByText("4 enforcements revoked").waitFor();
  await rows(page, "In force").nth(1).waitFor({ state: "detached" });
  const left = await server.api<Listed<Row>>("GET", "/api/v1/enforcements?state=in_force&q=203.0.113.20");
  expect(left.items).toHaveLength(2);
  await page.getByRole("link", { name: "History" }).click();
  await page.getByRole("button", { name: "State" }).click();
  await page.getByRole("button", { name: "revoked" }).click();
  await page.waitForURL(/state=revoked/);
  await rows(page, "History").getByText("revoked").first().waitFor();
  await page.keyboard.press("Escape");
  await shoot("respond-history");
});

journey("an entry of the allow-list spares the next event, and what is in force is offered to end", { postgres: true, timeout: slow }, async ({ page, server, open, edit, shoot }) => {
  const ip = "192.0.2.44";
  await bruteForce(server, ip, 2);
  await open("/allowlists");
  await page.getByRole("heading", { name: "Nothing is on the allow-list" }).waitFor();
  await shoot("respond-allow-empty");
  await edit("Office in Bern");
  await page.getByRole("button", { name: "Add an entry" }).click();
  await dialog(page).getByLabel("Value").fill(ip);
  await dialog(page).getByText(/It would have spared 2 of the \d+ enforcements so far. 2 of them are in force: the entry does not end them/).waitFor();
  await shoot("respond-allow-add");
  await dialog(page).getByRole("button", { name: "Never block it" }).click();
  await dialog(page).getByText(/2 enforcements from before stay in force/).waitFor();
  await dialog(page).getByRole("button", { name: "Revoke them too" }).click();
  await dialog(page).getByRole("button", { name: "Revoke all 2" }).click();
  await page.getByText("2 enforcements revoked").waitFor();
  await rows(page, "Allow-list").getByText(ip).waitFor();
  await shoot("respond-allow");
  const next = await bruteForce(server, ip);
  expect(next.mitigations).toEqual([]);
  const held = await server.api<Listed<Row>>("GET", `/api/v1/enforcements/targets?target=${ip}`);
  expect(held.items).toEqual([]);
  // Removed again: the event after that is blocked.
  await rows(page, "Allow-list").first().click();
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByRole("region", { name: "Selection" }).getByRole("button", { name: "Remove" }).click();
  await dialog(page).getByRole("button", { name: "Remove" }).click();
  await page.getByText("1 entry removed").waitFor();
  expect((await bruteForce(server, ip)).mitigations).toHaveLength(1);
  const audit = await server.api<Listed<Row>>("GET", "/api/v1/audit?action=allowlist.");
  expect(audit.items.map((a) => [a.action, a.detail?.reason])).toEqual([["allowlist.remove", "Office in Bern"], ["allowlist.add", "Office in Bern"]]);
});

journey("what is typed stays while the rest of the console is still on its way", {}, async ({ page, open }) => {
  let come = () => {};
  const held = new Promise<void>((done) => (come = done));
  const asked = page.waitForRequest(/\/palette-[^/]+\.js$/);
  await page.route(/\/(palette|notices)-[^/]+\.js$/, (route) => held.then(() => route.fallback()));
  await open("/allowlists?add=ip");
  await asked;
  const why = page.getByLabel("Why do you change something?");
  await why.fill("Part");
  await expect.poll(() => why.evaluate((el) => el === document.activeElement)).toBe(true);
  come();
  await page.locator(".mantine-Notifications-root").first().waitFor({ state: "attached" });
  await page.keyboard.press("End");
  await page.keyboard.type("ner");
  await page.getByRole("button", { name: "Start editing" }).click();
  await page.getByText("Edit mode: Partner").waitFor();
});

journey("a value that can't be right is refused in plain words", { allow: [/allowlists\/check 400/] }, async ({ page, server, open, shoot }) => {
  // Who opens the form by a link and is not editing is asked why by itself.
  await open("/allowlists?add=ip");
  await page.getByLabel("Why do you change something?").fill("Partner");
  await page.getByRole("button", { name: "Start editing" }).click();
  const value = dialog(page).getByLabel("Value");
  await value.fill("192.0.2.0/24");
  await dialog(page).getByText("This is a network, not one address: choose the kind Network.").waitFor();
  await expect.poll(() => dialog(page).getByRole("button", { name: "Never block it" }).isDisabled()).toBe(true);
  await dialog(page).getByRole("combobox", { name: "Kind" }).click();
  await page.getByRole("option", { name: "Network", exact: true }).click();
  await value.fill("192.0.2.1/24");
  await dialog(page).getByText(/within the network; did you mean 192.0.2.0\/24\?/).waitFor();
  await shoot("respond-allow-refused");
  await value.fill("0.0.0.0/0");
  await dialog(page).getByText(/too wide/).waitFor();
  await value.fill("192.0.2.0/24");
  await dialog(page).getByText(/would have spared|Nothing was enforced|was against it/).waitFor();
  await dialog(page).getByRole("button", { name: "Cancel" }).click();
  expect((await server.api<Listed<Row>>("GET", "/api/v1/allowlists?q=192.0.2.0/24")).items).toEqual([]);
});

journey("who follows a link to spare a target and stays read-only is not asked again when editing for another purpose", { timeout: slow }, async ({ page, open, edit }) => {
  await open("/allowlists?add=ip&value=192.0.2.7");
  await page.getByRole("button", { name: "Stay read-only" }).click();
  await page.waitForURL((u) => !u.searchParams.has("add") && !u.searchParams.has("value"));
  await edit("Weekly clean-up");
  await page.getByRole("button", { name: "Add an entry" }).waitFor();
  expect(await dialog(page).count()).toBe(0);
});

journey("what waits for a person says what would be done, since when and until when", { postgres: true, timeout: slow }, async ({ page, server, open, shoot }) => {
  await server.api("POST", "/api/v1/defend", { source: "sshd", event_type: "auth", persona: "guardian", classification: "SECRET", payload: { src_ip: "203.0.113.99", failed_auths: 9 } });
  await open("/approvals");
  await page.getByText(/decisions wait for a person/).waitFor();
  const first = rows(page, "Approvals").filter({ hasText: "Block 203.0.113.99" });
  await first.getByText(/2[34] h|1 d/).waitFor();
  expect(await page.getByRole("button", { name: /approve/i }).count(), "nothing that can't be done is offered").toBe(0);
  await shoot("respond-approvals");
  await first.getByRole("link", { name: "Block 203.0.113.99" }).click();
  await page.getByText(/waits for approval until/).waitFor();
});

journey("a mission is made within limits, spent by decisions, and ended", { postgres: true, timeout: slow }, async ({ page, server, open, edit, shoot }) => {
  await open("/missions");
  await page.getByRole("heading", { name: "There is no mission yet" }).waitFor();
  await edit("Exercise");
  await page.getByRole("button", { name: "Make a mission" }).click();
  await dialog(page).getByLabel("Title").fill("Night shift");
  await dialog(page).getByRole("checkbox", { name: "Block", exact: true }).check();
  await dialog(page).getByLabel("At most so many mitigations").fill("1");
  await dialog(page).getByLabel("ID").fill("night-1");
  await shoot("respond-mission-form");
  await dialog(page).getByRole("button", { name: "Sign it" }).click();
  await page.getByRole("heading", { level: 1, name: "Night shift" }).waitFor();
  await server.api("POST", "/api/v1/defend", { source: "sshd", event_type: "auth", mission_id: "night-1", payload: { src_ip: "203.0.113.150", failed_auths: 9 } });
  await page.reload();
  await page.getByText("budget spent").waitFor();
  await shoot("respond-mission");
  await page.getByRole("button", { name: "End it now" }).click();
  await dialog(page).getByRole("button", { name: "End it" }).click();
  await page.getByText("The mission is ended").waitFor();
  expect(await server.api("GET", "/api/v1/missions/night-1")).toMatchObject({ status: "ended", spent: 1 });
  await page.goto("/console/missions?phase=over");
  await rows(page, "Missions").getByText("Night shift").waitFor();
  await shoot("respond-missions");
});

journey("the rules of engagement in words", {}, async ({ page, open, shoot }) => {
  await open("/roe");
  await page.getByText("The authorising official must approve: block, isolate, disable account.").waitFor();
  await page.getByText("From 40%, below 70%: a person must approve.").waitFor();
  await shoot("respond-roe");
});

journey("who may only look sees no way to change, and who may not look is told what is missing", { allow: [/enforcements\/(totals|targets)[^ ]* 403/, /allowlists[^ ]* 403/] }, async ({ page, server, open, another }) => {
  await bruteForce(server, "203.0.113.66");
  const looks = await server.person("Vera", "viewer", { scopes: ["decisions:read", "enforcements:read", "rules:read"] });
  await open("/enforcements", looks.key);
  await rows(page, "In force").first().waitFor();
  expect(await page.getByRole("checkbox").count()).toBe(0);
  await rows(page, "In force").first().getByRole("link").first().click();
  await page.getByText("Carried out").waitFor();
  expect(await page.getByRole("button", { name: /revoke/i }).count()).toBe(0);
  const blind = await server.person("Bo", "viewer", { scopes: ["decisions:read"] });
  const bo = await another();
  await bo.open("/enforcements", blind.key);
  await bo.page.getByRole("heading", { name: "Your key does not allow this" }).waitFor();
  await bo.page.getByText("enforcements:read").first().waitFor();
  await bo.shoot("respond-forbidden");
  expect(await bo.page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Enforcements" }).count()).toBe(0);
  expect(await page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Audit" }).count()).toBe(0);
});
