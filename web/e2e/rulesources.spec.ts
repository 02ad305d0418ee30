import { expect, suite } from "./harness";

const { journey } = suite();

interface Active {
  ruleset: { detections: { name: string; kind: string }[] };
}

journey("rules are taken out of the ruleset and the built-in ones put back, with a reason", { postgres: true, timeout: 240_000 }, async ({ page, server, open, edit, shoot }) => {
  const names = async () => (await server.api<Active>("GET", "/api/v1/rulesets/active")).ruleset.detections.filter((d) => d.kind === "detections").map((d) => d.name);
  const inForce = async () => (await server.api<{ ruleset: { hash: string } }>("GET", "/api/v1/rulesets/active")).ruleset.hash;
  expect(await names()).toContain("builtin");
  await open(`/rules/rulesets/${await inForce()}`);
  await page.getByText("What it is made of").waitFor();
  expect(await page.getByRole("button", { name: "Take out the rules of builtin" }).count()).toBe(0);
  await edit();
  await page.getByRole("button", { name: "Take out the rules of builtin" }).click();
  const ask = page.getByRole("dialog");
  await ask.getByLabel("Reason").fill("Ours are enough");
  await shoot("rules-take-out");
  await ask.getByRole("button", { name: "Take them out" }).click();
  await page.getByText("The rules are out", { exact: true }).waitFor();
  expect(await names()).not.toContain("builtin");
  await open(`/rules/rulesets/${await inForce()}`);
  await page.getByRole("button", { name: "Put the built-in rules back" }).click();
  await ask.getByLabel("Reason").fill("They were missed");
  await ask.getByRole("button", { name: "Put them back" }).click();
  await page.getByText("The built-in rules are in force").waitFor();
  expect(await names()).toContain("builtin");
  const audit = await server.api<{ items: { action: string; detail?: Record<string, string> }[] }>("GET", "/api/v1/audit?action=rules.&limit=20");
  expect(audit.items.map((e) => e.detail?.reason)).toEqual(expect.arrayContaining(["Ours are enough", "They were missed"]));
});
