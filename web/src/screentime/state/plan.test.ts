import { expect, it } from "vitest";
import { dayOf, isTyped, NO_DAY, typedDay, weekdayText } from "./plan";

it("takes what is typed as what was shown", () => {
  for (const day of [
    { minutes: 60, begins_minute: 480, ends_minute: 1440 },
    { minutes: 0, begins_minute: null, ends_minute: null },
    { minutes: null, begins_minute: 0, ends_minute: 1 },
  ])
    expect(dayOf(typedDay(day))).toEqual(day);
});

it("knows that nothing was typed", () => {
  expect(isTyped(NO_DAY)).toBe(false);
  expect(isTyped(typedDay(null))).toBe(false);
  expect(isTyped({ ...NO_DAY, minutes: "0" })).toBe(true);
});

it("begins the week on Monday", () => {
  expect([0, 6].map((day) => weekdayText(day, "en-GB"))).toEqual(["Monday", "Sunday"]);
});
