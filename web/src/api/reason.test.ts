import { expect, test } from "vitest";
import { encodeReason } from "./reason";

test("a reason becomes one line of ASCII that says the same", () => {
  expect(encodeReason(" Kündigung,\nticket 4711 ")).toBe("K%C3%BCndigung%2C%20ticket%204711");
  expect(decodeURIComponent(encodeReason("🙂 ok"))).toBe("🙂 ok");
  expect(encodeReason("  ")).toBe("");
});

test("a long one is cut between characters, at 500 bytes", () => {
  expect(decodeURIComponent(encodeReason("ü".repeat(400)))).toBe("ü".repeat(250));
  expect(decodeURIComponent(encodeReason(`${"x".repeat(499)}🙂`))).toBe("x".repeat(499));
});
