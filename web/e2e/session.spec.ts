import { expect, suite } from "./harness";

const { journey } = suite();

journey("who has no session signs in at the URL that was asked for, and out", { postgres: true }, async ({ page, server, shoot }) => {
  await page.goto("/console/drift/findings?severity=critical");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await shoot("signin");
  await page.getByRole("textbox", { name: "API key" }).fill(server.admin);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Findings", level: 1 }).waitFor();
  expect(page.url()).toContain("severity=critical");
  // The list that was signed in at is one to come back to.
  await page.getByRole("grid", { name: "Findings" }).locator(".body-row").first().getByRole("link").first().click();
  await page.waitForURL(/findings\/fnd_/);
  await page.locator("a.back").click();
  await page.waitForURL(/drift\/findings\?severity=critical$/);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  expect(kept).not.toContain("fg_live_");

  await page.getByRole("button", { name: /Signed in as/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
});

journey("a wrong key says so and keeps the page", { allow: [/POST \/api\/v1\/session 401/] }, async ({ page, axe }) => {
  await page.goto("/console/");
  await page.getByLabel("API key").fill("fg_live_nothing");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await expect.poll(() => page.getByRole("alert").textContent()).toMatch(/key/i);
  await axe("a refused sign-in");
});

journey("a session whose key is revoked ends, says why, and goes on where it was", { postgres: true, allow: [/ 401$/] }, async ({ page, server, open }) => {
  const eve = await server.person("Eve", "viewer");
  await open("/drift", eve.key);
  await page.getByRole("heading", { name: "Drift", level: 1 }).waitFor();
  await server.api("POST", `/api/v1/keys/${eve.key_id}/revoke`, {});
  await page.getByRole("link", { name: "Findings" }).first().click();
  await page.getByText("Your session is over").waitFor();
  expect(page.url()).toContain("/console/drift/findings");
  await page.getByRole("textbox", { name: "API key" }).fill(server.admin);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Findings", level: 1 }).waitFor();
});

journey("another person who signs in in another tab takes this one over, and nothing is written in the wrong name", { postgres: true, allow: [/ 409$/] }, async ({ page, context, server, open, edit }) => {
  const mallory = await server.person("Mallory", "viewer");
  await open("/feed");
  await page.getByRole("button", { name: /^Signed in as/ }).waitFor();
  await edit("mine alone");
  // As if the tab had slept and heard nothing: only the cookie is another's. Whatever the tab asks next, also by itself, is refused.
  const refused = page.waitForResponse((r) => r.status() === 409);
  expect((await context.request.post("/api/v1/session", { headers: { "X-API-Key": mallory.key } })).status()).toBe(200);
  await page.getByRole("link", { name: "Findings" }).first().click();
  expect(await (await refused).text()).toContain("Signed-In-As");
  await page.getByRole("button", { name: "Signed in as Mallory" }).waitFor();
  await page.getByText("In another tab of this browser").waitFor();
  expect(await page.getByText("mine alone").count()).toBe(0);

  // Two tabs that hear of each other.
  const second = await context.newPage();
  await second.goto("/console/feed");
  await second.getByRole("button", { name: "Signed in as Mallory" }).click();
  await second.getByRole("menuitem", { name: "Sign out" }).click();
  await second.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await second.getByRole("textbox", { name: "API key" }).fill(server.admin);
  await second.getByRole("button", { name: "Sign in" }).click();
  const name = await second.getByRole("button", { name: /^Signed in as/ }).getAttribute("aria-label");
  expect(name).not.toContain("Mallory");
  await page.getByRole("button", { name: name! }).waitFor();
});

journey("edit mode and its reason end with the session of who began it", {}, async ({ page, server, open, edit }) => {
  await open("/settings");
  await edit("reason of the first");
  await page.getByRole("button", { name: /^Signed in as/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("textbox", { name: "API key" }).fill(server.admin);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Edit", exact: true }).waitFor();
  expect(await page.getByText("reason of the first").count()).toBe(0);
});

journey("who may only read sees no way to write, and what is missing by its name", { postgres: true, allow: [/ 403$/] }, async ({ page, server, open, shoot }) => {
  const vera = await server.person("Vera", "viewer", { scopes: ["decisions:read"] });
  await open("/drift/findings", vera.key);
  await page.getByRole("heading", { name: "Your key does not allow this" }).waitFor();
  await page.getByText("drift:read").first().waitFor();
  expect(await page.getByRole("link", { name: "Findings" }).count()).toBe(0);
  expect(await page.getByRole("button", { name: "Edit", exact: true }).count()).toBe(0);
  await shoot("forbidden");
});

journey("an address that is nowhere says so", {}, async ({ page, open, axe }) => {
  await open("/no/such/screen");
  await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
  await axe();
});
