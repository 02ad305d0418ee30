import { expect, suite, type Page, type Server } from "./harness";

const { journey } = suite();

/** One run of an upload, in the key's tenant. */
async function observe(server: Server, ...lines: string[]) {
  const end = JSON.stringify({ end: { objects: lines.length } });
  const res = await fetch(`${server.url}/api/v1/inventory/runs?source=directory&name=roles`, { method: "POST", headers: { "X-API-Key": server.admin, "Content-Type": "application/x-ndjson" }, body: [...lines, end, ""].join("\n") });
  expect(res.status, await res.text()).toBe(201);
}

const rows = (page: Page) => page.getByRole("grid", { name: "Findings" }).locator(".body-row");

journey("what changed in Conditional Access, since which run, acknowledged", { postgres: true }, async ({ page, context, server, open, edit, shoot }) => {
  await open("/");
  await page.getByRole("link", { name: "Drift", exact: true }).click();
  await page.getByText(/findings wait for a decision/).waitFor();
  await shoot("drift-summary");
  await page.getByRole("link", { name: "Conditional Access" }).click();
  await page.getByText("CA001 Require MFA for everybody").waitFor();
  await expect.poll(() => rows(page).count()).toBeGreaterThanOrEqual(2);
  // What changed, by which run, since which run, and what else it found.
  const head = page.locator("header").filter({ hasText: "Findings" });
  await head.getByText(/findings of Conditional Access wait for a decision\. Found by the run of .+, against the run before of /).waitFor();
  await head.getByText(/could not be told|read everything\./).waitFor();
  await shoot("drift-findings");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByText("It changed between the two runs").waitFor();
  await expect.poll(() => page.getByRole("definition").getByRole("link", { name: /the run of/ }).count()).toBeGreaterThanOrEqual(2);
  await expect.poll(() => page.getByRole("link", { name: "Everything with this change" }).getAttribute("href")).toMatch(/\/drift\/groups\/[0-9a-f]+/);
  await shoot("drift-finding");

  await edit("Weekly drift review");
  await page.getByRole("button", { name: "Acknowledge", exact: true }).click();
  const dialog = page.getByRole("dialog");
  // Nobody is asked twice: it begins with what was said for edit mode.
  await expect.poll(() => dialog.getByLabel("Reason").inputValue()).toBe("Weekly drift review");
  await dialog.getByText("Ctrl+Enter confirms").waitFor();
  // What is behind is there for nobody: one button of this name in what a screen reader is given.
  const cdp = await context.newCDPSession(page);
  const { nodes } = (await cdp.send("Accessibility.getFullAXTree")) as { nodes: { ignored: boolean; role?: { value: string }; name?: { value: string } }[] };
  expect(nodes.filter((n) => !n.ignored && n.role?.value === "button").map((n) => n.name?.value)).toEqual(["Close", "Cancel", "Acknowledge 1 finding"]);
  await shoot("drift-acknowledge");
  await dialog.getByLabel("Reason").focus();
  await page.keyboard.press("Control+Enter");
  await page.getByText("1 finding acknowledged").waitFor();
  await page.getByText("Acknowledged by you").waitFor();
  const id = page.url().match(/fnd_\w+/)![0];
  const f = await server.api<{ state: string; note: string }>("GET", `/api/v1/drift/findings/${id}`);
  expect(f).toMatchObject({ state: "acknowledged", note: "Weekly drift review" });
});

journey("a value is accepted until a day, with a reason", { postgres: true }, async ({ page, server, open, edit, shoot }) => {
  await open("/drift/findings?q=CA002");
  await rows(page).first().waitFor();
  await rows(page).first().click();
  await page.getByRole("heading", { level: 1, name: /CA002/ }).waitFor();
  await edit();
  await page.getByRole("button", { name: "Accept" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("Legacy printers until the move");
  await shoot("drift-accept");
  await dialog.getByRole("button", { name: "Accept" }).click();
  await page.getByText("1 finding accepted").waitFor();
  await page.getByText("Accepted by you").waitFor();
  const id = page.url().match(/fnd_\w+/)![0];
  expect(await server.api("GET", `/api/v1/drift/findings/${id}`)).toMatchObject({ state: "accepted", acceptance: { valid: true, reason: "Legacy printers until the move" } });
});

journey("many are decided at once, by keyboard", {}, async ({ page, server, open, edit, shoot }) => {
  await open("/drift/findings?type=catalog");
  await rows(page).first().waitFor();
  await edit("Reviewed with the client");
  const all = await rows(page).count();
  expect(all).toBeGreaterThanOrEqual(2);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByText("2 findings selected").waitFor();
  await shoot("drift-bulk");
  await page.getByRole("region", { name: "Selection" }).getByRole("button", { name: "Deny" }).click();
  const note = page.getByRole("dialog").getByLabel("Reason");
  // Without a reason it can't be confirmed, by keys neither.
  await note.fill("");
  await note.press("Control+Enter");
  await expect.poll(() => page.getByRole("dialog").getByRole("button", { name: "Deny 2 findings" }).isDisabled()).toBe(true);
  await note.fill("First line");
  await note.press("Enter");
  await note.pressSequentially("second");
  await expect.poll(() => note.inputValue()).toBe("First line\nsecond");
  await note.press("Control+Enter");
  await page.getByText("2 findings denied").waitFor();
  const denied = await server.api<{ items: { note: string }[] }>("GET", "/api/v1/drift/findings?state=denied");
  expect(denied.items).toHaveLength(2);
});

journey("two people triage the same finding: the second is told", { postgres: true, allow: [/triage 409/] }, async ({ page, server, open, edit, another }) => {
  const { items } = await server.api<{ items: { id: string }[] }>("GET", "/api/v1/drift/findings?state=new");
  const path = `/drift/findings/${items.at(-1)!.id}`;
  await open(path);
  await edit();
  const ben = await another();
  const key = await server.person("Ben", "editor", { scopes: ["drift:read", "drift:write"] });
  await ben.open(path, key.key);
  await ben.edit("I was first");
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await ben.page.getByRole("button", { name: "Acknowledge" }).click();
  await ben.page.getByRole("dialog").getByRole("button", { name: "Acknowledge" }).click();
  await ben.page.getByText("1 finding acknowledged").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Acknowledge" }).click();
  await page.getByText("Somebody else decided meanwhile").waitFor();
  // What the other did, and what was typed is kept.
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/Acknowledged by\s+Ben/).waitFor();
  await dialog.getByText("“I was first”").waitFor();
  await expect.poll(() => dialog.getByLabel("Reason").inputValue()).toBe("Weekly drift review");
  await dialog.getByRole("button", { name: "Decide all the same" }).click();
  await dialog.getByText(/can’t be acknowledged in the state/).waitFor();
});

journey("the filters are in the URL, and what is not valid is left out", {}, async ({ page, open }) => {
  await open("/drift/findings?severity=high&severity=nonsense&state=new");
  await page.getByRole("button", { name: "Severity: high" }).waitFor();
  await rows(page).first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("zzz-nothing");
  await page.getByRole("heading", { name: "Nothing fits these filters" }).waitFor();
  await page.waitForURL(/q=zzz-nothing/);
  await page.getByRole("button", { name: "Clear all" }).click();
  await rows(page).first().waitFor();
  await page.waitForURL((u) => u.search === "");
});

journey("the table as CSV and JSON, and as curl", {}, async ({ page, open }) => {
  await open("/drift/findings");
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Download" }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: "CSV" }).click()]);
  expect(file.suggestedFilename()).toMatch(/\.csv$/);
  await page.getByRole("button", { name: "Copy as curl" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toMatch(/curl -sS '.*\/api\/v1\/drift\/findings\?.*X-API-Key: \$FROSTGATE_API_KEY/s);
});

journey("what was selected in one tenant is not decided on in another; Home knows at once what was decided", {}, async ({ page, server, open, edit }) => {
  await server.api("POST", "/api/v1/tenants", { name: "Contoso" });
  await open("/");
  const waiting = page.locator(".inbox li", { hasText: "of drift" });
  await waiting.waitFor();
  await page.getByRole("link", { name: "Findings", exact: true }).first().click();
  await rows(page).first().waitFor();
  await edit("Weekly drift review");
  for (const i of [0, 1]) await page.getByRole("checkbox", { name: "Select the row" }).nth(i).check();
  const bar = page.getByRole("region", { name: "Selection" });
  await bar.getByText("2 findings selected").waitFor();
  await page.getByRole("button", { name: /^Tenant:/ }).click();
  await page.getByRole("button", { name: /Contoso/ }).click();
  await page.getByText("No drift waits for you").waitFor();
  expect(await bar.count(), "the other tenant's selection").toBe(0);
  await page.goBack();
  await rows(page).first().waitFor();
  expect(await bar.count(), "of a tenant that was left").toBe(0);

  const { tenant_name } = await server.api<{ tenant_name: string }>("GET", "/api/v1/whoami");
  await page.getByRole("checkbox", { name: "Select all that are loaded" }).check();
  await bar.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByRole("dialog").getByText(`In the tenant ${tenant_name}.`).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Acknowledge" }).click();
  await page.getByRole("heading", { name: "Nothing waits any more" }).waitFor();
  await page.getByRole("link", { name: "show them" }).first().click();
  await page.getByText(/ acknowledged findings\./).waitFor();
  await rows(page).first().waitFor();
  await page.getByRole("link", { name: "Home", exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: /Protected|Quiet|Watching|No event/ }).waitFor();
  // Before the next look by itself, 30 s later.
  await waiting.waitFor({ state: "detached", timeout: 10_000 });
});

journey("a finding is given to another person, found by name, and shows in what is theirs", {}, async ({ page, server, open, edit, shoot }) => {
  const ben = await server.person("Ben Adler", "editor", { scopes: ["drift:read", "drift:write"] });
  await open("/drift/findings?all=true");
  await rows(page).first().waitFor();
  await edit();
  await page.getByRole("checkbox", { name: "Select the row" }).first().check();
  await page.getByRole("region", { name: "Selection" }).getByRole("button", { name: "Assign" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "To whom" }).click();
  await page.getByRole("option", { name: "Ben Adler" }).click();
  await dialog.getByRole("button", { name: "Assign" }).click();
  await page.getByText("1 finding assigned").waitFor();
  await rows(page).getByText("Ben Adler").first().waitFor();
  await shoot("drift-assigned");
  const mine = await server.api<{ items: unknown[] }>("GET", `/api/v1/drift/findings?all=true&assignee=${(await server.api<{ principal_id: string }>("GET", "/api/v1/whoami", undefined, ben.key)).principal_id}`);
  expect(mine.items).toHaveLength(1);
  await page.getByRole("button", { name: "Assigned to" }).click();
  await page.getByRole("button", { name: "me", exact: true }).click();
  await page.getByRole("heading", { name: "Nothing fits these filters" }).waitFor();
});

journey("a changed list is read member by member: by name, or as what it is", {}, async ({ page, server, open, shoot }) => {
  // The demo's list has names; of this one nobody has.
  const role = "372140e0-b3b7-4226-8ef9-d57986796201";
  const policy = (roles: string[]) => JSON.stringify({ type: "identity/conditionalAccess/policies", object: { id: "9a1b6a52-5d0c-4b6e-8f0e-0b8d2f6c1a77", displayName: "CA900 Admins", state: "enabled", conditions: { users: { includeRoles: roles } } } });
  for (const roles of [[role], []]) await observe(server, policy(roles));
  await open("/drift/groups");
  await page.getByText(`− role ${role.slice(0, 8)}…`).waitFor();
  await page.getByRole("link", { name: "conditions › users › includeRoles" }).click();
  const change = page.locator("section").filter({ has: page.getByRole("heading", { name: "The change" }) });
  await change.getByText("role whose name is not known").waitFor();
  await change.getByRole("button", { name: `Copy its ID ${role.slice(0, 10)}…${role.slice(-6)}` }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(role);
  expect(await change.textContent()).not.toMatch(/\["|\[\]/);
  await shoot("group-list");

  // A list of secrets: no rows of hashes, but what stands there.
  const hidden = (password: string) => JSON.stringify({ type: "identity/conditionalAccess/policies", object: { id: "9a1b6a52-5d0c-4b6e-8f0e-0b8d2f6c1a78", displayName: "CA901 Hidden", state: "enabled", password: [password] } });
  for (const password of ["first", "second"]) await observe(server, hidden(password));
  await page.goto("/console/drift/groups");
  await page.getByRole("link", { name: "password" }).first().click();
  await change.getByText("The value is secret: it is kept as a keyed hash").waitFor();
  expect(await change.textContent()).not.toMatch(/removed|frostgate-secret/);
  await shoot("group-secret");

  await page.goto("/console/drift/findings?all=true&q=excludeGroups");
  await rows(page).first().click();
  const what = page.locator("section").filter({ has: page.getByRole("heading", { name: "What changed" }) });
  await what.getByText("added", { exact: true }).waitFor();
  const members = what.getByRole("listitem");
  await members.getByText("Contractors", { exact: false }).first().waitFor();
  expect(await members.getByText("Break-glass accounts").count()).toBe(0);
  await what.getByRole("button", { name: "1 entry stays as before: show" }).click();
  await members.getByText("Break-glass accounts").waitFor();
  // Whom the policy reaches now that it is so.
  await what.getByText("As last seen, it reaches all users, except the groups Break-glass accounts and Contractors.").waitFor();
  expect(await what.getByText("conditions › users › excludeGroups").count(), "said once").toBe(1);
  await shoot("drift-list");
});
