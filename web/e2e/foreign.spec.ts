// What strangers send is shown as it is: whole numbers, nothing hidden, and no
// page that stands still for a huge event.
import { expect, suite } from "./harness";

const { journey } = suite();

const huge = '"huge":9007199254740993,"unsigned":18446744073709551615,"long":0.1234567890123456789';

async function decide(page: import("./harness").Page, url: string, key: string, payload: string): Promise<string> {
  const res = await page.request.post(`${url}/api/v1/defend`, { headers: { "X-API-Key": key, "Content-Type": "application/json" }, data: `{"source":"sshd","event_type":"auth","payload":${payload}}` });
  expect(res.status(), await res.text()).toBe(200);
  return ((await res.json()) as { decision_id: string }).decision_id;
}

journey("an event is shown as it was sent: numbers whole, hidden characters visible", {}, async ({ page, server, open, shoot }) => {
  const id = await decide(page, server.url, server.admin, `{${huge},"user":"admin\\u202Egnp.exe","host":"pay\\u200Bpal"}`);
  await open(`/decisions/${id}`);
  const event = page.getByRole("region", { name: /The event/ });
  await event.getByText("9007199254740993").waitFor();
  for (const text of ["18446744073709551615", "0.1234567890123456789", "admin⟨U+202E⟩gnp.exe", "pay⟨U+200B⟩pal"]) await event.getByText(text, { exact: false }).waitFor();
  expect(/[\u200b\u202a-\u202e\u2066-\u2069]/.test(await page.locator("body").innerText())).toBe(false);
  await shoot("foreign-event");
  await page.goto(`/console/rules/explain?decision=${id}`);
  const text = page.getByRole("textbox", { name: /Event, as its source sends it/ });
  expect(await text.inputValue()).toContain("9007199254740993");
  const asked = page.waitForRequest((r) => r.url().includes("/rules/explain") && r.method() === "POST");
  await page.getByRole("button", { name: "Which rules match" }).click();
  expect((await asked).postData()).toContain("18446744073709551615");
});

journey("an event of 100,000 numbers opens at once, and shows more of them when asked", {}, async ({ page, server, open }) => {
  const id = await decide(page, server.url, server.admin, `{"numbers":[${Array.from({ length: 100_000 }, (_, i) => i % 10).join(",")}]}`);
  await open(`/decisions/${id}`);
  const event = page.getByRole("region", { name: /The event/ });
  const more = event.getByRole("button", { name: /99,500 more/ });
  await more.waitFor();
  expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThan(8000);
  await more.click();
  await event.getByRole("button", { name: /97,500 more/ }).waitFor();
});
