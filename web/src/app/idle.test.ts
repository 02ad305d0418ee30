import { expect, test } from "vitest";
import { afterIdle } from "./idle";

test("parts come one after the other, and one that fails does not keep the others away", async () => {
  const came: string[] = [];
  await new Promise<void>((done) => {
    afterIdle(() => [async () => void came.push("a"), async () => { throw new Error("away"); }, async () => (came.push("b"), done())]);
  });
  expect(came).toEqual(["a", "b"]);
});

test("nothing comes after it was stopped", async () => {
  let came = false;
  afterIdle(() => ((came = true), []))();
  await new Promise((next) => setTimeout(next, 300));
  expect(came).toBe(false);
});
