import { expect, test } from "vitest";
import { ApiError } from "@/api/client";
import { mustBeginAnew, needOf, reachFor, type Pages } from "./tablepages";

test("what is in view and missing is asked for, from the nearest side", () => {
  const of = (first: number, last: number, hasNext = true) => needOf(first, last, 1000, 500, hasNext);
  expect([of(1200, 1230), of(1460, 1490), of(1460, 1490, false), of(1005, 1035), of(980, 1010), of(0, 30), of(5000, 5030), of(1490, 1520, false)]).toEqual(["none", "next", "none", "previous", "previous", "seek", "seek", "none"]);
  expect(needOf(0, 30, 0, 500, true), "there is nothing before the first").toBe("none");
});

test("one thing is asked for at a time, and nothing after a failure", () => {
  const asked: string[] = [];
  const pages: Pages = {
    around: { before: 1000, extent: 9000, going: undefined, seek: async (row) => void asked.push(`seek ${row}`), toEnd: async () => undefined, stop: () => undefined },
    hasNextPage: true, hasPreviousPage: true, isFetchingNextPage: false, isFetchingPreviousPage: false, fetchNextPage: () => asked.push("next"), fetchPreviousPage: () => asked.push("previous"),
  };
  const failed = { error: new ApiError({ status: 500, code: "x", title: "x", detail: "x" }), again: () => undefined };
  const r = reachFor(pages, 500, {});
  expect(reachFor({ ...pages, around: { ...pages.around, failed } }, 500, {}).failed, "it is said").toBe(failed);
  expect([r.before, r.extent, r.hasMore]).toEqual([1000, 9000, true]);
  r.look(1490, 1520);
  r.look(1001, 1030);
  r.look(8000, 8030);
  for (const no of [{ isFetchingNextPage: true }, { isError: true }, { around: { ...pages.around, going: 3 } }, { around: { ...pages.around, failed } }]) reachFor({ ...pages, ...no }, 500, {}).look(8000, 8030);
  expect(asked).toEqual(["next", "previous", "seek 8000"]);
});

test("rows that went while others were looked at do not make a list empty", () => {
  const of = (before: number) => ({ around: { before } }) as Pages;
  expect([mustBeginAnew(of(1000), 0), mustBeginAnew(of(1000), 5), mustBeginAnew(of(0), 0), mustBeginAnew(undefined, 0)]).toEqual([true, false, false, false]);
});

test("a list without pages reads on at its end", () => {
  let more = 0;
  const r = reachFor(undefined, 100, { hasMore: true, fetchMore: () => more++ });
  r.look(0, 30);
  r.look(60, 90);
  expect([r.extent, more]).toEqual([100, 1]);
});
