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
  expect(await scheme()).toBe("dark");
  await page.addInitScript(() => {
    document.addEventListener("readystatechange", () => {
      const w = window as unknown as { first?: string | null };
      w.first ??= document.documentElement.getAttribute("data-mantine-color-scheme");
    });
  });
  await page.reload();
  expect(await page.evaluate(() => (window as unknown as { first?: string }).first)).toBe("dark");
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
