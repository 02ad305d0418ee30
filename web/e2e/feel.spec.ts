// How the console behaves around its screens: an ended session, a server that is
// away, the keyboard, sizes and titles.
import { expect, suite, type Page } from "./harness";

const { journey } = suite();
const key = (page: Page) => page.getByRole("textbox", { name: "API key" });

journey("a session that ends while somebody writes keeps what was typed", { postgres: true, allow: [/ 401$/] }, async ({ page, server, open, edit }) => {
  const ada = await server.person("Ada", "editor", { scopes: ["drift:read", "drift:write", "inventory:read", "decisions:read"] });
  const { items } = await server.api<{ items: { id: string; name: string }[] }>("GET", "/api/v1/drift/findings?limit=1");
  await open(`/drift/findings/${items[0]!.id}`, ada.key);
  await page.getByRole("heading", { level: 1, name: items[0]!.name }).waitFor();
  await edit("Ticket 4711");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  const note = page.getByRole("dialog").getByRole("textbox").first();
  await note.fill("Typed before the key was revoked");
  await server.api("POST", `/api/v1/keys/${ada.key_id}/revoke`, {});
  const again = await server.api<{ key: string }>("POST", "/api/v1/keys", { name: "Ada's second key", principal_id: ada.principal_id, scopes: ["drift:read", "drift:write", "inventory:read", "decisions:read"], tenant_id: server.tenant });
  await page.getByRole("dialog").getByRole("button", { name: "Comment" }).click();
  await page.getByText("Your session is over").waitFor();
  await key(page).fill(again.key);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("Your session is over").waitFor({ state: "detached" });
  await expect.poll(() => note.inputValue()).toBe("Typed before the key was revoked");
  await page.getByRole("dialog").getByRole("button", { name: "Comment" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByText("Typed before the key was revoked").waitFor();
});

journey("somebody else who signs in sees nothing of who was there before", { allow: [/ 401$/, / 403$/] }, async ({ page, server, open }) => {
  const eve = await server.person("Eve", "viewer");
  const bob = await server.person("Bob", "viewer", { scopes: ["decisions:read"] });
  await open("/drift/findings", eve.key);
  await page.getByRole("grid", { name: "Findings" }).locator(".body-row").first().waitFor();
  await server.api("POST", `/api/v1/keys/${eve.key_id}/revoke`, {});
  await page.getByRole("link", { name: "Drift", exact: true }).click();
  await page.getByText("Your session is over").waitFor();
  await key(page).fill(bob.key);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("heading", { name: "Your key does not allow this" }).waitFor();
  expect(await page.getByRole("grid").count()).toBe(0);
});

journey("the end of a session is said before, and signing in again keeps the place", { allow: [/ 401$/] }, async ({ page, server, open, shoot }) => {
  const soon = new Date(Date.now() + 10 * 60_000).toISOString();
  const kim = await server.person("Kim", "viewer", { expires_at: soon });
  await open("/drift/findings?severity=critical", kim.key);
  await page.getByText(/Your session ends at/).waitFor();
  await shoot("session-ends");
  await page.getByRole("button", { name: "Sign in again" }).click();
  await key(page).waitFor();
  await shoot("session-renew");
  await page.getByRole("button", { name: "Not now" }).click();
  await page.getByRole("button", { name: "Sign in again" }).click();
  await server.api("POST", `/api/v1/keys/${kim.key_id}/revoke`, {});
  const next = await server.api<{ key: string }>("POST", "/api/v1/keys", { name: "Kim's next key", principal_id: kim.principal_id, scopes: ["decisions:read", "rules:read", "drift:read", "inventory:read"], tenant_id: server.tenant });
  await key(page).fill(next.key);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText(/Your session ends at/).waitFor({ state: "detached" });
  expect(page.url()).toContain("/drift/findings?severity=critical");
});

journey("a server that is away is said, with how old what is seen is; and it recovers by itself", { allow: [/ERR_/, /50[23]/] }, async ({ page, server, open, axe }) => {
  await open("/drift/findings");
  const row = page.getByRole("grid", { name: "Findings" }).locator(".body-row").first();
  await row.waitFor();
  await server.away();
  await page.getByRole("link", { name: "Inventory", exact: true }).click();
  await page.getByText(/Can’t reach the server since \d\d:\d\d:\d\d/).waitFor();
  await page.getByText(/What you see is from \d\d:\d\d:\d\d or before/).waitFor();
  await axe("a server that is away");
  await server.back();
  await page.getByText(/Can’t reach the server/).waitFor({ state: "detached", timeout: 30_000 });
  await page.getByRole("grid").locator(".body-row").first().waitFor({ timeout: 30_000 });
});

journey("by keyboard alone: skip link, menus, dialogs and back to where the focus was", {}, async ({ page, open }) => {
  await open("/drift");
  await page.getByText(/findings wait/).first().waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("main");
  const account = page.getByRole("button", { name: /Signed in as/ });
  await account.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Sign out" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("menuitem", { name: "Sign out" }).waitFor({ state: "detached" });
  await expect.poll(() => account.evaluate((e) => e === document.activeElement)).toBe(true);
  const edit = page.getByRole("button", { name: "Edit", exact: true });
  await edit.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => edit.evaluate((e) => e === document.activeElement)).toBe(true);
  await page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Findings" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Findings" }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
  await expect.poll(() => page.title()).toBe("Findings · FrostGate");
});

journey("the way back from a thing leads to the list as it was left: one step, and after a detour", {}, async ({ page, open }) => {
  await open("/drift/findings?severity=critical&all=true");
  const row = page.getByRole("grid", { name: "Findings" }).locator(".body-row").first();
  const name = (await row.getByRole("link").first().textContent())!;
  await row.getByRole("link").first().click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  const back = page.locator("a.back");
  const entries = await page.evaluate(() => history.length);
  await back.click();
  await page.waitForURL((u) => u.pathname.endsWith("/drift/findings") && u.search === "?severity=critical&all=true");
  await row.waitFor();
  expect(await page.evaluate(() => history.length), "the step that was made is undone").toBe(entries);

  await row.getByRole("link").first().click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
  const id = /fnd_\w+/.exec(page.url())![0];
  await page.getByRole("link", { name: "Home", exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: /Protected|Quiet|Watching/ }).waitFor();
  await page.keyboard.press("Control+k");
  await page.getByPlaceholder("Screen, action, tenant or ID").fill(id);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name }).waitFor();
  await back.click();
  await page.waitForURL((u) => u.pathname.endsWith("/drift/findings") && u.search === "?severity=critical&all=true");
  await row.waitFor();
});

journey("every screen of the navigation has one heading, a title of its own and its landmarks", { timeout: 180_000, allow: [/ 40[34]$/] }, async ({ page, open }) => {
  await open("/");
  const nav = page.getByRole("navigation", { name: "Screens" });
  await nav.getByRole("link").first().waitFor();
  await page.locator("main h1").waitFor();
  const names = await nav.getByRole("link").allTextContents();
  const titles = new Set<string>();
  let last = "";
  for (const [i, name] of names.entries()) {
    await nav.getByRole("link").nth(i).click();
    // The screen before stays until the next one is there.
    await expect.poll(() => page.title(), { message: name }).not.toBe(last);
    last = await page.title();
    await page.locator("main h1").waitFor();
    await expect.poll(() => page.locator("h1").count(), { message: name }).toBe(1);
    await expect.poll(() => page.locator("main, header.top, nav#screens").count(), { message: name }).toBe(3);
    titles.add(last);
  }
  expect(titles.size, [...titles].join(", ")).toBe(names.length);
});

journey("from 360 px to 4K, in forced colours too, nothing is cut and lines stay readable", { timeout: 120_000 }, async ({ page, open, shoot }) => {
  await open("/drift/findings");
  await page.getByRole("grid", { name: "Findings" }).locator(".body-row").first().waitFor();
  await shoot("findings-sizes", { widths: [360, 3840] });
  await page.setViewportSize({ width: 3840, height: 2160 });
  const widest = (of: string) => page.evaluate((of) => Math.max(...[...document.querySelectorAll(of)].map((e) => e.getBoundingClientRect().width)), of);
  await expect.poll(() => widest("main .page > *")).toBeGreaterThan(1920); // the width is there
  expect(await widest("main p, main .page > header .mantine-Text-root"), "text").toBeLessThanOrEqual(1680);
  expect(await widest("main .page > *"), "a list").toBeLessThanOrEqual(2560);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ forcedColors: "active" });
  const row = page.getByRole("grid", { name: "Findings" }).locator(".body-row").nth(1);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect.poll(() => row.evaluate((e) => (e === document.activeElement ? getComputedStyle(e).outlineStyle : "not focused"))).toBe("solid");
});
