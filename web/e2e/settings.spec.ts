import { expect, suite } from "./harness";
import { audited, heading, pick, timeout } from "./harness/settings";

const { journey } = suite();

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
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await page.keyboard.press("Escape");
  await page.getByText("This is shown once").waitFor(); // not gone by a slip
  await page.getByLabel("I have stored it").check();
  await page.getByRole("button", { name: "Done" }).click();
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
  await expect.poll(() => ask.getByRole("button", { name: "Revoke it" }).isDisabled()).toBe(true);
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
  await page.getByRole("button", { name: "Done" }).click();
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
  await ask.getByText(/last owner: make somebody else an owner first/).waitFor();
  await shoot("settings-last-owner");
  await ask.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByRole("dialog").getByLabel(/^Type/).fill(me.name);
  await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await page.getByRole("dialog").getByText(/last owner: make somebody else an owner first/).waitFor();
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
