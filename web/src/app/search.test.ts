import { expect, test } from "vitest";
import { parseSearch } from "./search";

test("a query string has no names but its own", () => {
  expect(parseSearch("?constructor=a&toString=b&__proto__=c&constructor=d")).toEqual({ constructor: ["a", "d"], toString: "b" });
});
