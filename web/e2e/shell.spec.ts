import { expect, suite } from "./harness";

const { journey } = suite();

journey("the palette finds screens, actions and IDs", {}, async ({ page, server, open, shoot }) => {
  const { items } = await server.api<{ items: { id: string; name: string }[] }>("GET", "/api/v1/drift/findings");
  await open("/drift");
  await page.getByText(/findings wait/).waitFor();
  await page.keyboard.press("Control+k");
  const find = page.getByPlaceholder("Screen, action, tenant or ID");
  await find.fill("conditional");
  await shoot("palette");
  await page.keyboard.press("Enter");
  await page.waitForURL(/type=conditional/);
  await page.keyboard.press("Control+k");
  await find.fill(items[0]!.id);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: items[0]!.name }).waitFor();
});

journey("tenants are switched in the URL, and all of them are seen at once", { postgres: true }, async ({ page, server, open, shoot }) => {
  const second = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name: "Contoso" });
  await open("/drift/findings");
  await page.getByRole("grid").locator(".body-row").first().waitFor();
  await page.getByRole("button", { name: /^Tenant:/ }).click();
  await shoot("tenants");
  await page.getByRole("button", { name: /Contoso/ }).click();
  await page.getByText("No drift waits for you").waitFor();
  expect(page.url()).toContain(`tenant=${second.id}`);
  await shoot("drift-empty");
  await page.getByRole("link", { name: "Drift", exact: true }).click();
  await page.getByText("Nothing was observed yet").waitFor();
  expect(page.url(), "the tenant goes along").toContain(`tenant=${second.id}`);
  await page.getByRole("button", { name: /^Tenant:/ }).click();
  await page.getByRole("button", { name: /All tenants/ }).click();
  await page.getByText(/findings wait/).waitFor();
  await page.goto("/console/drift/findings?tenant=all");
  await page.getByRole("columnheader", { name: "Tenant" }).waitFor();
});

journey("the theme stays, from the first paint on", {}, async ({ page, open }) => {
  await open("/drift");
  await page.getByRole("button", { name: /^Colours:/ }).click();
  await page.getByRole("menuitem", { name: "Dark" }).click();
  const scheme = () => page.evaluate(() => document.documentElement.getAttribute("data-mantine-color-scheme"));
  await expect.poll(() => scheme()).toBe("dark");
  await page.addInitScript(() => {
    document.addEventListener("readystatechange", () => {
      const w = window as unknown as { first?: string | null };
      w.first ??= document.documentElement.getAttribute("data-mantine-color-scheme");
    });
  });
  await page.reload();
  await expect.poll(() => page.evaluate(() => (window as unknown as { first?: string }).first)).toBe("dark");
});

journey("the keys are listed, and lead to screens", {}, async ({ page, open, shoot }) => {
  await open("/drift/findings");
  await page.getByRole("grid").locator(".body-row").first().waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("Next row").first().waitFor();
  await shoot("keys");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.getByRole("heading", { name: "Drift", level: 1 }).waitFor();
});

journey("a server that restarts is waited for", { postgres: true, allow: [/ERR_CONNECTION|ERR_EMPTY|503/] }, async ({ page, server, open }) => {
  await open("/drift");
  await page.getByText(/findings wait/).waitFor();
  await server.restart();
  await page.getByRole("link", { name: "Findings" }).first().click();
  await page.getByRole("grid").locator(".body-row").first().waitFor();
});

journey("first paint and a change of screen, measured", {}, async ({ page, open }) => {
  await open("/drift");
  await page.getByText(/findings wait/).waitFor();
  await page.reload();
  await page.getByText(/findings wait/).waitFor();
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0);
  const asked = page.waitForResponse(/drift\/findings/); // hovering asks ahead
  await page.getByRole("link", { name: "Findings" }).first().hover();
  await (await asked).finished();
  const took = await page.evaluate(async () => {
    const link = [...document.querySelectorAll<HTMLAnchorElement>("nav a")].find((a) => a.textContent === "Findings")!;
    const start = performance.now();
    link.click();
    while (document.querySelector("h1")?.textContent !== "Findings") await new Promise((r) => requestAnimationFrame(r));
    return performance.now() - start;
  });
  console.log(`first contentful paint ${Math.round(paint)} ms, change of screen ${Math.round(took)} ms`);
  expect(paint).toBeGreaterThan(0);
});

journey("a screen of one tenant asks which, with what waits in each", {}, async ({ page, server, open, shoot }) => {
  const t = await server.api<{ id: string }>("POST", "/api/v1/tenants", { name: "Adatum" });
  await open("/drift/compare?tenant=all");
  await page.getByRole("heading", { level: 1, name: "Compare" }).waitFor();
  const list = page.getByRole("list", { name: "Tenants" });
  await list.getByRole("link", { name: /of drift/ }).first().waitFor();
  await shoot("which");
  await list.getByRole("link", { name: /Adatum/ }).click();
  await page.waitForURL((u) => u.pathname.endsWith("/drift/compare") && u.searchParams.get("tenant") === t.id);
});

journey("who may not see the start begins at the first screen that they may see", {}, async ({ page, server, open }) => {
  const { key } = await server.person("Ina", "viewer", { scopes: ["inventory:read"] });
  await open("/", key);
  await page.waitForURL(/\/console\/inventory/);
  await page.getByRole("heading", { level: 1 }).waitFor();
});

journey("keys after the palette's key are the palette's, and any text can be searched for", {}, async ({ page, open, shoot }) => {
  await open("/drift");
  await page.getByText(/findings wait/).waitFor();
  const find = page.getByPlaceholder("Screen, action, tenant or ID");
  // "e" would be edit mode, "g" begins a way; typed before the field is there.
  for (const text of ["edge", "203.0.113.13"]) {
    await page.keyboard.press("Control+k");
    await page.keyboard.type(text);
    await expect.poll(() => find.inputValue()).toBe(text);
    if (text === "edge") {
      await page.keyboard.press("Escape");
      await find.waitFor({ state: "detached" });
    }
  }
  expect(await page.getByRole("dialog", { name: /Edit mode/ }).count(), "no shortcut ran").toBe(0);
  await shoot("palette-search");
  await page.getByText("Search the feed for “203.0.113.13”").click();
  await page.waitForURL(/\/feed\?.*q=203\.0\.113\.13/);
  await page.getByRole("grid").locator(".body-row").first().waitFor();
  expect(page.url()).toContain("/feed");
});

journey("a phone has the filters behind one button", {}, async ({ page, open, axe }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open("/drift/findings");
  await page.getByRole("grid").locator(".body-row").first().waitFor();
  const bar = page.getByRole("search", { name: "Filters" });
  expect((await bar.boundingBox())!.height, "one row").toBeLessThan(60);
  await bar.getByRole("button", { name: "Filters" }).click();
  const sheet = page.getByRole("dialog", { name: "Filters" });
  await sheet.getByRole("group", { name: "Severity" }).getByText("high").click();
  await axe("the sheet of filters");
  await page.screenshot({ path: "e2e/shots/filter-sheet-390.png" });
  await sheet.getByRole("button", { name: "Show the list" }).click();
  await sheet.waitFor({ state: "detached" });
  expect(page.url()).toContain("severity=high");
  await bar.getByRole("button", { name: "Filters (1)" }).waitFor();
});

journey("all screens fit the navigation at 900 pixels, and a dialog moves nothing", {}, async ({ page, open }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await open("/drift");
  await page.getByText(/findings wait/).waitFor();
  const side = page.getByRole("navigation", { name: "Screens" });
  expect(await side.evaluate((el) => el.scrollHeight - el.clientHeight), "scrolls").toBe(0);
  expect(await side.getByRole("link", { name: "My access" }).evaluate((el) => el.getBoundingClientRect().bottom)).toBeLessThanOrEqual(900);
  const where = () => page.getByRole("heading", { level: 1 }).evaluate((el) => el.getBoundingClientRect().left + document.documentElement.clientWidth);
  const before = await where();
  await page.getByRole("button", { name: "Edit", exact: true }).click();
  await page.getByLabel("Why do you change something?").waitFor();
  expect(await where()).toBe(before);
  expect(await page.evaluate(() => [getComputedStyle(document.body).marginRight, getComputedStyle(document.documentElement).scrollbarGutter])).toEqual(["0px", "stable"]);
});
