import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, suite, type Page, type Server } from "./harness";

const { journey } = suite({ env: { FROSTGATE_WEBHOOKS_ALLOW_PRIVATE: "true" } });

/** Many screenshots on a busy machine. */
const timeout = 240_000;
const heading = (page: Page, name: string) => page.getByRole("heading", { name, level: 1, exact: true });
/** Chooses in one of Mantine's selects. */
async function pick(page: Page, label: string, option: string | RegExp) {
  await page.getByRole("combobox", { name: label, exact: true }).or(page.getByRole("textbox", { name: label, exact: true })).first().click();
  await page.getByRole("option", { name: option }).click();
}

interface Audited {
  items: { action: string; target: string; detail?: Record<string, string> }[];
}
const audited = async (server: Server, action: string) => (await server.api<Audited>("GET", `/api/v1/audit?action=${action}&limit=50`)).items;

journey("a person and a key are made, the secret is shown once, and it signs in", { postgres: true, timeout }, async ({ page, server, open, edit, shoot, another }) => {
  await open("/settings/people");
  await heading(page, "People").waitFor();
  await shoot("settings-people");
  await edit("New colleague, ticket 4711");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Ada Park");
  await form.getByLabel("E-mail").fill("ada@example.com");
  await pick(page, "Role", "Analyst");
  await form.getByRole("button", { name: "Add", exact: true }).click();
  await heading(page, "Ada Park").waitFor();
  await page.getByText("triages drift").waitFor();
  await shoot("settings-person");

  await page.getByRole("link", { name: "Make a key" }).click();
  const make = page.getByRole("dialog");
  await make.getByLabel("Name").fill("Ada's laptop");
  await pick(page, "For", /Dashboard/);
  await shoot("settings-key-new");
  await make.getByRole("button", { name: "Make it" }).click();
  await page.getByText("This is shown once").waitFor();
  const secret = (await page.getByTestId("secret").textContent()) ?? "";
  expect(secret).toMatch(/^fg_live_/);
  await page.getByRole("button", { name: "Copy the secret" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await page.keyboard.press("Escape");
  await page.getByText("This is shown once").waitFor(); // not gone by a slip
  await page.getByLabel("I have stored it").check();
  await page.getByRole("button", { name: "Close for good" }).click();
  await page.getByRole("link", { name: "Ada's laptop" }).waitFor();
  expect(await page.content()).not.toContain(secret);
  await page.reload();
  await page.getByRole("link", { name: "Ada's laptop" }).waitFor();
  expect(await page.content()).not.toContain(secret);

  const ada = await another();
  await ada.page.goto("/console/settings/access");
  await ada.page.getByLabel("API key").fill(secret);
  await ada.page.getByRole("button", { name: "Sign in" }).click();
  await heading(ada.page, "My access").waitFor();
  await ada.page.getByText("You are Ada Park").waitFor();
  await ada.page.getByText("Read findings and baselines").waitFor();
  await ada.page.getByText("Analyst in").waitFor();
  await ada.shoot("settings-access");
  await ada.page.getByRole("main").getByRole("button", { name: "Sign out" }).click();
  await ada.page.getByRole("heading", { name: "Sign in" }).waitFor();

  const [made] = await audited(server, "person.create");
  expect(made?.detail).toMatchObject({ name: "Ada Park", reason: "New colleague, ticket 4711" });
});

journey("revoking a key ends the session that it opened", { postgres: true, timeout, allow: [/ 401$/] }, async ({ page, server, open, edit, another, shoot }) => {
  const eve = await server.person("Eve Moss", "viewer");
  const there = await another();
  await there.open("/settings/access", eve.key);
  await there.page.getByText("You are Eve Moss").waitFor();

  await open("/settings/keys?q=Eve");
  await page.getByRole("link", { name: "Eve Moss's key" }).click();
  await heading(page, "Eve Moss's key").waitFor();
  await page.getByRole("link", { name: "Eve Moss", exact: true }).waitFor(); // whose, by name
  await shoot("settings-key");
  await edit("Left the company");
  await page.getByRole("button", { name: "Revoke" }).click();
  const ask = page.getByRole("dialog");
  expect(await ask.getByRole("button", { name: "Revoke it" }).isDisabled()).toBe(true);
  await ask.getByLabel(/^Type/).fill("Eve Moss's key");
  await ask.getByRole("button", { name: "Revoke it" }).click();
  await page.getByText("It does not work any more.").waitFor();

  await there.page.getByRole("link", { name: "Drift", exact: true }).first().click();
  await there.page.getByText("Your session is over").waitFor();
  const revoked = (await audited(server, "key.revoke")).find((a) => a.target === eve.key_id);
  expect(revoked?.detail?.reason).toBe("Left the company");
});

journey("a key is rotated with an overlap, and one that leaked is ended by whoever has it", { timeout, allow: [/POST \/api\/v1\/keys\/leaked 401/, /whoami 401/] }, async ({ page, server, open, edit }) => {
  const old = await server.api<{ id: string; key: string }>("POST", "/api/v1/keys", { name: "Nightly", scopes: ["drift:read"] });
  await open(`/settings/keys/${old.id}`);
  await heading(page, "Nightly").waitFor();
  await edit();
  await page.getByRole("button", { name: "Rotate" }).click();
  await pick(page, "The old key", "Goes on for an hour");
  await page.getByRole("button", { name: "Make the successor" }).click();
  const next = (await page.getByTestId("secret").textContent()) ?? "";
  await page.getByLabel("I have stored it").check();
  await page.getByRole("button", { name: "Close for good" }).click();
  await page.getByRole("link", { name: "the key before it" }).waitFor();
  await server.api("GET", "/api/v1/whoami", undefined, old.key);
  await server.api("GET", "/api/v1/whoami", undefined, next);

  await page.getByRole("link", { name: "Keys", exact: true }).first().click();
  await page.getByRole("button", { name: "Report a leaked key" }).click();
  const ask = page.getByRole("dialog");
  await ask.getByLabel("The whole key that leaked").fill("fg_live_nonsense");
  await ask.getByRole("button", { name: "End it now" }).click();
  await ask.getByRole("alert").filter({ hasText: "Nothing was changed" }).waitFor();
  await ask.getByLabel("The whole key that leaked").fill(next);
  await ask.getByRole("button", { name: "End it now" }).click();
  await page.getByText("The key is revoked").waitFor();
  await expect(server.api("GET", "/api/v1/whoami", undefined, next)).rejects.toThrow(/key_revoked/);
});

journey("the last owner can't lock the organisation out, and is told so in plain words", { postgres: true, timeout, allow: [/roles\?role=owner.* 409/, /disable 409/] }, async ({ page, server, open, edit, shoot }) => {
  const me = await server.api<{ principal_id: string; name: string }>("GET", "/api/v1/whoami");
  await open(`/settings/people/${me.principal_id}`);
  await page.getByText("This is you.").waitFor();
  await edit();
  await page.getByRole("button", { name: "Take away: Owner of the whole organisation" }).click();
  const ask = page.getByRole("dialog");
  await ask.getByText("This is your own role").waitFor();
  await ask.getByRole("button", { name: "Take it away" }).click();
  await ask.getByText(/last owner; make another one first/).waitFor();
  await shoot("settings-last-owner");
  await ask.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByRole("dialog").getByLabel(/^Type/).fill(me.name);
  await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await page.getByRole("dialog").getByText(/last owner; make another one first/).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await page.getByText("Owner of the whole organisation").waitFor();
  expect((await server.api<{ status: string }>("GET", `/api/v1/people/${me.principal_id}`)).status).toBe("active");
});

journey("a role is given and taken, an account disabled and enabled", { timeout }, async ({ page, server, open, edit }) => {
  const bo = await server.person("Bo Lind", "viewer");
  await open(`/settings/people/${bo.principal_id}`);
  await heading(page, "Bo Lind").waitFor();
  await edit();
  await page.getByRole("button", { name: "Give a role" }).click();
  await pick(page, "Role", "Auditor");
  await pick(page, "Where", /whole organisation/);
  await page.getByRole("button", { name: "Give it" }).click();
  await page.getByText("Auditor of the whole organisation").first().waitFor();
  await page.getByRole("button", { name: "Take away: Auditor of the whole organisation" }).click();
  await page.getByRole("button", { name: "Take it away" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect((await server.api<{ roles: unknown[] }>("GET", `/api/v1/people/${bo.principal_id}`)).roles).toHaveLength(1);
  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByRole("dialog").getByLabel(/^Type/).fill("Bo Lind");
  await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await page.getByText("Disabled: none of the keys work.").waitFor();
  await expect(server.api("GET", "/api/v1/whoami", undefined, bo.key)).rejects.toThrow(/401/);
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Enable" }).click();
  await page.getByRole("button", { name: "Disable" }).waitFor();
  await server.api("GET", "/api/v1/whoami", undefined, bo.key);
});

journey("a suspended tenant refuses events and inventory and says so, and takes them again when resumed", { postgres: true, timeout }, async ({ page, server, open, edit, shoot }) => {
  const t = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name: "Northwind" });
  const key = (await server.api<{ key: string }>("POST", "/api/v1/keys", { name: "Northwind sensor", scopes: ["defend:write", "inventory:write", "inventory:read"], tenant_id: t.id })).key;
  const send = () => server.api("POST", "/defend", { source: "door" }, key);
  const observe = () => fetch(`${server.url}/api/v1/inventory/runs?source=upload&name=x`, { method: "POST", headers: { "X-API-Key": key, "Content-Type": "application/x-ndjson" }, body: '{"end":{"objects":0}}\n' });
  await send();
  await open("/settings/tenants");
  await heading(page, "Tenants").waitFor();
  await page.getByRole("row", { name: /Northwind/ }).getByRole("link", { name: "1", exact: true }).waitFor(); // its decision
  await shoot("settings-tenants");
  await page.getByRole("link", { name: "Northwind" }).click();
  await heading(page, "Northwind").waitFor();
  await shoot("settings-tenant");
  await edit("Invoice unpaid");
  await page.getByRole("button", { name: "Suspend" }).click();
  const ask = page.getByRole("dialog");
  await ask.getByLabel(/^Type/).fill("Northwind");
  await ask.getByRole("button", { name: "Suspend it" }).click();
  await page.getByText("Events and inventory are refused.").first().waitFor();
  await expect(send()).rejects.toThrow(/403 .*tenant_suspended/);
  const refused = await observe();
  expect([refused.status, ((await refused.json()) as { detail: string }).detail]).toEqual([403, expect.stringContaining("no inventory is taken in")]);
  await server.api("GET", "/api/v1/inventory/runs", undefined, key);
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Resume it" }).click();
  await page.getByText("Events are decided, inventory is observed.").first().waitFor();
  await send();
  expect((await observe()).status).toBe(201);

  await page.getByRole("button", { name: "Name, limits and settings" }).click();
  await shoot("settings-tenant-form");
  await page.getByLabel("Events a second").fill("25");
  await page.getByLabel("Payloads, days").fill("90");
  await page.getByRole("button", { name: "Change it" }).click();
  await page.getByText("25 a second").waitFor();
  await page.getByText("kept 90 days; proofs stay").waitFor();
  const after = await server.api<{ settings: { rates: { defend: { per_second: number }; read: { per_second: number } } } }>("GET", `/api/v1/tenants/${t.id}`);
  expect([after.settings.rates.defend.per_second, after.settings.rates.read.per_second]).toEqual([25, 500]);
});

/** A receiver of webhooks; what it answers can be changed. */
async function receiver() {
  const got: { headers: IncomingMessage["headers"]; body: string }[] = [];
  const state = { status: 204 };
  const heard: (() => void)[] = [];
  const srv = createServer((req, res) => {
    let body = "";
    req.on("data", (b: Buffer) => (body += b.toString()));
    req.on("end", () => {
      got.push({ headers: req.headers, body });
      res.writeHead(state.status).end();
      heard.splice(0).forEach((f) => f());
    });
  });
  await new Promise<void>((done) => srv.listen(0, "127.0.0.1", done));
  return { got, state, url: `http://127.0.0.1:${(srv.address() as AddressInfo).port}/hook`, next: () => new Promise<void>((done) => heard.push(done)), stop: () => new Promise((done) => srv.close(done)) };
}

journey("a webhook delivers to a real receiver, and one that fails shows up with what to do", { postgres: true, timeout }, async ({ page, server, open, edit, shoot }) => {
  const to = await receiver();
  try {
    await open("/settings/webhooks");
    await page.getByRole("heading", { name: "Nothing is sent anywhere" }).waitFor();
    await shoot("settings-webhooks-empty");
    await edit();
    await page.getByRole("button", { name: "Add a webhook" }).click();
    await page.getByRole("dialog").getByLabel("Address").fill(to.url);
    await page.getByRole("button", { name: "Add it" }).click();
    expect(await page.getByTestId("secret").textContent()).toMatch(/^whsec_/);
    await shoot("settings-secret");
    await page.getByLabel("I have stored it").check();
    await page.getByRole("button", { name: "Close for good" }).click();
    await page.getByRole("link", { name: to.url }).click();
    await heading(page, to.url).waitFor();

    await page.getByRole("button", { name: "Send a test message" }).click();
    await page.getByText("arrived", { exact: true }).waitFor();
    expect(to.got[0]?.headers["webhook-signature"]).toMatch(/^v1,/);

    const came = to.next();
    const sent = await server.api<{ decision_id: string }>("POST", "/defend", { source: "door", event_type: "login_failed" });
    await came;
    expect(to.got.at(-1)?.body).toContain(sent.decision_id);
    await page.getByText("1 message delivered.").waitFor();

    to.state.status = 503;
    const refused = to.next();
    await server.api("POST", "/defend", { source: "door", event_type: "login_failed" });
    await refused;
    await page.getByText("The last message did not arrive").waitFor();
    await page.getByText("The receiver fails: look into its log").waitFor();
    await page.getByText("by").first().waitFor();
    await shoot("settings-webhook-failing");
    await page.getByRole("button", { name: "Send a test message" }).click();
    await page.getByText("did not arrive", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Webhooks", exact: true }).first().click();
    await page.getByText("1 of them does not deliver").waitFor();
    await shoot("settings-webhooks");

    await page.getByRole("link", { name: to.url }).click();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("dialog").getByLabel(/^Type/).fill(new URL(to.url).host);
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.getByRole("heading", { name: "Nothing is sent anywhere" }).waitFor();
  } finally {
    await to.stop();
  }
});

journey("who administers several tenants switches between them and sees the use of all", { postgres: true, timeout }, async ({ page, server, open, shoot }) => {
  const made = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name: "Fabrikam" });
  const key = (await server.api<{ key: string }>("POST", "/api/v1/keys", { name: "Fabrikam sensor", scopes: ["defend:write"], tenant_id: made.id })).key;
  for (let i = 0; i < 3; i++) await server.api("POST", "/defend", { source: "door" }, key);
  await open("/settings/usage?tenant=all");
  await heading(page, "Limits and usage").waitFor();
  const row = page.getByRole("row", { name: /Fabrikam/ });
  await row.waitFor();
  expect(await row.textContent()).toMatch(/Fabrikam3/);
  await shoot("settings-usage");
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  await page.getByRole("menuitem", { name: "CSV" }).click();
  const text = await (await (await download).createReadStream()).toArray();
  expect(Buffer.concat(text).toString()).toMatch(/day,tenant,tenant_id,decisions\r?\n[\s\S]*Fabrikam,tn_[0-9a-z]+,3/);

  await page.getByRole("button", { name: /All tenants/ }).click();
  await page.getByRole("dialog").or(page.locator(".mantine-Popover-dropdown")).getByRole("button", { name: /Fabrikam/ }).click();
  await page.getByText("3 decisions in 30 days.").waitFor();
  expect(page.url()).toContain(`tenant=${made.id}`);
  await page.getByRole("link", { name: "Keys", exact: true }).first().click();
  await page.getByText("1 key of Fabrikam works").waitFor();
  await page.getByRole("link", { name: "Fabrikam sensor" }).waitFor();
});

journey("who may not administer sees no settings but their own, and what is missing by its name", { postgres: true, timeout, allow: [/ 403$/] }, async ({ page, server, open, shoot }) => {
  const vera = await server.person("Vera Holm", "viewer");
  await open("/settings/people", vera.key);
  await page.getByRole("heading", { name: "Your key does not allow this" }).waitFor();
  await page.getByText("people:read").first().waitFor();
  const nav = page.getByRole("navigation").first();
  expect(await nav.getByRole("link", { name: "People" }).count()).toBe(0);
  expect(await nav.getByRole("link", { name: "Keys" }).count()).toBe(0);
  await nav.getByRole("link", { name: "My access" }).click();
  await page.getByText("You are Vera Holm").waitFor();
  expect(await page.getByText(/^tn_/).count()).toBe(0); // the tenant by name, without the right to list tenants
  await shoot("settings-access-viewer");
});

journey("the organisation's page says whether all works, what is off and why it matters", { timeout }, async ({ page, open, shoot }) => {
  await open("/settings");
  await page.getByText("Everything works.").or(page.getByText("All that is needed works.")).waitFor();
  await page.getByText("Webhooks to private addresses").waitFor();
  await page.getByText(/for trying out only/).waitFor(); // this server allows them
  await page.getByText("Policy engine").first().waitFor();
  await page.getByRole("link", { name: /\d+ tenants?$/ }).waitFor();
  await shoot("settings-organisation");
});
