import { expect, test } from "vitest";
import { again } from "./again";

test("a part is asked for until it comes", async () => {
  let asked = 0;
  const part = await again(async () => {
    if (++asked < 4) throw new Error("the server restarts");
    return "part";
  }, 1);
  expect([part, asked]).toEqual(["part", 4]);
});
