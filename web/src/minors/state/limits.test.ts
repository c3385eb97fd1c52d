import { expect, test } from "vitest";
import { amountText, clockText, minorOf, minuteOf } from "./limits";

test("what is typed is what was shown", () => {
  for (const minute of [0, 59, 360, 1320, 1439]) expect(minuteOf(clockText(minute))).toBe(minute);
  for (const minor of [0, 1, 5000, 20050]) expect(minorOf(amountText(minor))).toBe(minor);
});

test("nothing typed is nothing set", () => {
  expect(minuteOf("")).toBeNull();
  expect(minorOf("")).toBeNull();
});
