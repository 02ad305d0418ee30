import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { inject } from "vitest";
import { expect, suite } from "./harness";
import { heading, pick, timeout } from "./harness/settings";
import { cleanEnv } from "./harness/setup";

const { journey } = suite({ env: { FROSTGATE_WEBHOOKS_ALLOW_PRIVATE: "true" } });

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
    await expect.poll(() => page.getByTestId("secret").textContent()).toMatch(/^whsec_/);
    await shoot("settings-secret");
    await page.getByLabel("I have stored it").check();
    await page.getByRole("button", { name: "Done" }).click();
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
  await expect.poll(() => row.textContent()).toMatch(/Fabrikam3/);
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

journey("the organisation's page says whether all works, what is off and why it matters", { timeout }, async ({ page, open, shoot }) => {
  await open("/settings");
  await page.getByText("Everything works.").or(page.getByText("All that is needed works.")).waitFor();
  await page.getByText("Webhooks to private addresses").waitFor();
  await page.getByText(/for trying out only/).waitFor(); // this server allows them
  await page.getByText("Policy engine").first().waitFor();
  await page.getByRole("link", { name: /\d+ tenants?$/ }).waitFor();
  await shoot("settings-organisation");
});

journey("a tenant just made says what to do next; what it says works, and then it is gone", { postgres: true, timeout }, async ({ page, server, open, edit, shoot }) => {
  await open("/settings/tenants");
  await edit("Contract 4711");
  await page.getByRole("button", { name: "New tenant" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Tailspin");
  await page.getByRole("button", { name: "Make it" }).click();
  await heading(page, "Tailspin").waitFor();
  const next = page.getByRole("heading", { name: "Nothing has come from it yet: what to do next" });
  await next.waitFor();
  await page.getByText("Tailspin is there").waitFor({ state: "detached" });
  await shoot("settings-tenant-new");
  const here = new URL(page.url()).pathname;
  const id = here.split("/").at(-1)!;
  for (const [name, path] of [["Its decisions", "/feed"], ["What is in force", "/enforcements"], ["Who did what there", "/audit"]] as const) await expect.poll(() => page.getByRole("link", { name, exact: true }).getAttribute("href")).toBe(`/console${path}?tenant=${id}`);

  // The commands as they stand there, typed into a shell: the first at the server,
  // the others where nothing of it is known but address and key.
  const commands = await page.locator("ol.steps pre").allTextContents();
  expect(commands).toHaveLength(5);
  const [make, sign, file, one, inventory] = commands as [string, string, string, string, string];
  const dir = mkdtempSync(join(tmpdir(), "frostgate-e2e-first-"));
  const sh = (script: string, env: Record<string, string>) => execFileSync("sh", ["-ec", script], { cwd: join(dir, "work"), env: { ...cleanEnv(), PATH: `${join(dir, "bin")}${delimiter}${process.env.PATH}`, HOME: dir, ...env }, encoding: "utf8" });
  try {
    for (const name of ["bin", "work", "work/export", "log"]) mkdirSync(join(dir, name));
    symlinkSync(inject("binary"), join(dir, "bin", "frostgate"));
    writeFileSync(join(dir, "log", "auth.log"), "Nov 22 10:00:00 host sshd[1]: Failed password for root from 203.0.113.7 port 22 ssh2\n");
    writeFileSync(join(dir, "work", "export", "policy.json"), JSON.stringify({ id: "a1", displayName: "Policy A", "@odata.type": "#microsoft.graph.windows10CompliancePolicy" }));
    const key = /fg_live_\w+/.exec(sh(make, { FROSTGATE_DATA_DIR: server.dataDir }))![0];
    const signed = (script: string) => sh(`${sign.replace("…", key)}\n${script}`, { FROSTGATE_DATA_DIR: join(dir, "state") });
    expect(file).toContain("/var/log/auth.log"); // of the machine it runs on; here one that is known
    for (const script of [file.replace("/var/log", join(dir, "log")), one, inventory]) signed(script);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
  await next.waitFor({ state: "detached" });
  expect((await server.api<{ items: unknown[] }>("GET", `/api/v1/decisions?tenant=${id}`)).items).toHaveLength(2);
  expect((await server.api<{ items: unknown[] }>("GET", `/api/v1/inventory/runs?tenant=${id}`)).items).toHaveLength(1);
});

journey("nothing is said to be missing that could not be read, and what has come is looked for no more", { timeout, allow: [/ 403$/, /decisions.* 500/] }, async ({ page, server, open, another }) => {
  const t = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name: "Adatum" });
  const sensor = (await server.api<{ key: string }>("POST", "/api/v1/keys", { name: "Adatum sensor", scopes: ["defend:write"], tenant_id: t.id })).key;
  await page.route(/\/api\/v1\/decisions\?/, (r) => r.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify({ status: 500, code: "internal", title: "Internal error", detail: "The store is broken." }) }));
  const read = page.waitForResponse((r) => r.url().includes("/api/v1/inventory/runs") && r.ok());
  await open(`/settings/tenants/${t.id}`);
  await read;
  await heading(page, "Adatum").waitFor();
  const next = page.getByRole("heading", { name: /what to do next/ });
  expect(await next.count()).toBe(0);
  await page.unroute(/\/api\/v1\/decisions\?/);
  await page.reload();
  await page.getByRole("heading", { name: /^Nothing has come from it yet/ }).waitFor();

  const asked: string[] = [];
  page.on("request", (r) => /\/(decisions|inventory\/runs)\?.*limit=1$/.test(r.url()) && asked.push(r.url()));
  await page.clock.install();
  await page.reload();
  await next.waitFor();
  await server.api("POST", "/defend", { source: "door" }, sensor);
  await page.clock.runFor(6_000);
  await next.waitFor({ state: "detached" });
  const before = asked.length;
  expect(before).toBeGreaterThan(2); // it did look again
  await page.clock.runFor(60_000);
  expect(asked).toHaveLength(before);

  const u = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name: "Litware" });
  const bo = await another();
  await bo.open(`/settings/tenants/${u.id}`, (await server.person("Bo Lind", "admin", { scopes: ["inventory:read", "tenants:read"], tenant: u.id })).key);
  await bo.page.getByRole("heading", { name: /^No inventory has come from it yet/ }).waitFor();
  expect(await bo.page.locator("ol.steps pre").filter({ hasText: "ingest" }).count()).toBe(0);
  await bo.shoot("settings-tenant-no-inventory");
});

journey("the next steps lead to a key and to a role, filled in; who is not editing is asked why first", { timeout }, async ({ page, server, open, shoot }) => {
  const t = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name: "Wingtip" });
  await open(`/settings/tenants/${t.id}`);
  const start = async () => {
    await page.getByLabel("Why do you change something?").fill("Contract 4712");
    await page.getByRole("button", { name: "Start editing" }).click();
  };
  await page.getByRole("link", { name: "A key that sends inventory" }).click();
  await page.getByRole("button", { name: "Stay read-only" }).click();
  await page.waitForURL((u) => u.pathname.endsWith("/settings/keys") && !u.searchParams.has("make"));
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.goBack();
  await page.getByRole("link", { name: "A key that sends inventory" }).click();
  await start();
  const form = page.getByRole("dialog", { name: "New key in Wingtip" });
  await expect.poll(() => form.getByLabel("Name").inputValue()).toBe("Inventory of Wingtip");
  await shoot("settings-key-preset");
  await form.getByRole("button", { name: "Make it" }).click();
  await page.getByLabel("I have stored it").check();
  await page.getByRole("button", { name: "Done" }).click();
  const keys = await server.api<{ items: { name: string; scopes: string[] }[] }>("GET", `/api/v1/keys?tenant_id=${t.id}`);
  expect(keys.items.map((k) => [k.name, [...k.scopes].sort()])).toEqual([["Inventory of Wingtip", ["drift:read", "inventory:read", "inventory:write"]]]);

  // Opened by its address before the tenants' names are read: named then, not by an ID.
  let names = () => {};
  const asked = new Promise<void>((go) => (names = go));
  await page.route(/\/api\/v1\/tenants\?/, (r) => asked.then(() => r.continue()));
  await page.goto(`/console/settings/keys?tenant=${t.id}&make=me&for=sensor`);
  const early = page.getByRole("dialog", { name: "New key in" });
  await early.waitFor();
  await expect.poll(() => early.getByLabel("Name").inputValue()).toBe("");
  names();
  await early.locator('input[value="Sensor of Wingtip"]').waitFor();
  await page.unroute(/\/api\/v1\/tenants\?/);

  await page.goto(`/console/settings/tenants/${t.id}`);
  await page.getByRole("link", { name: "Add somebody" }).click();
  const add = page.getByRole("dialog", { name: "Add somebody" });
  await add.getByLabel("Name").fill("Wanda Tip");
  await add.getByRole("button", { name: "Add", exact: true }).click();
  await heading(page, "Wanda Tip").waitFor();
  await page.getByText("Viewer in Wingtip").waitFor();
});

journey("a name with hidden characters shows them, also where it is chosen, told and in the tab", { timeout }, async ({ page, server, open, edit, shoot }) => {
  // The server takes no marks of direction into names; a filler is a letter for it.
  const [evil, shown] = ["Contoso\u3164GmbH", "Contoso⟨U+3164⟩GmbH"];
  const t = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name: evil });
  const bo = await server.person("Bo\u3164Lind", "viewer");
  await open(`/settings/people/${bo.principal_id}`);
  await heading(page, "Bo⟨U+3164⟩Lind").waitFor();
  await expect.poll(() => page.title()).toBe("Bo⟨U+3164⟩Lind · FrostGate");
  await edit();
  await page.getByRole("button", { name: "Give a role" }).click();
  await page.getByRole("combobox", { name: "Where", exact: true }).click();
  await page.getByRole("option", { name: shown }).waitFor();
  await shoot("settings-hidden");
  await pick(page, "Where", shown);
  await expect.poll(() => page.getByRole("combobox", { name: "Where", exact: true }).inputValue()).toBe(shown);
  await page.getByRole("button", { name: "Give it" }).click();
  await page.getByRole("alert").getByText(`Bo⟨U+3164⟩Lind is Viewer in ${shown}`).waitFor();
  const { roles } = await server.api<{ roles: { tenant_id?: string }[] }>("GET", `/api/v1/people/${bo.principal_id}`);
  expect(roles.map((r) => r.tenant_id)).toContain(t.id);
  // Found by Ctrl K, and nowhere on the page as it is.
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Find" }).or(page.getByRole("combobox", { name: "Find" })).first().fill("Contoso");
  await page.getByText(shown).first().waitFor();
  expect(await page.evaluate(() => document.body.innerText)).not.toContain("\u3164");
});
