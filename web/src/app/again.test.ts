import { expect, test, vi } from "vitest";
import { again } from "./again";

test("a part is asked for until it comes", async () => {
  let asked = 0;
  const missing = vi.fn();
  const part = await again(async () => {
    if (++asked < 4) throw new Error("the server restarts");
    return "part";
  }, 1, async () => false, missing);
  expect([part, asked]).toEqual(["part", 4]);
  expect(missing, "the server was away").not.toHaveBeenCalled();
});

test("a part that the server has no more is said once", async () => {
  let asked = 0;
  const missing = vi.fn();
  await again(async () => {
    if (++asked < 8) throw new Error("not found");
  }, 1, async () => true, missing);
  expect(missing).toHaveBeenCalledOnce();
});
