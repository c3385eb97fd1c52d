import { beforeAll, expect, it } from "vitest";
import { useLang } from "../../i18n/index.svelte";
import { countOf, hoursOf, lastDays, monthsBefore, rulingName } from "./rulings";

beforeAll(() => useLang("en"));

it("counts whole months that are over, across a year", () => {
  expect(monthsBefore(new Date("2026-03-15T12:00:00Z"), 12)).toEqual(["2025-03", "2026-02"]);
  expect(monthsBefore(new Date("2026-01-01T00:00:00Z"), 1)).toEqual(["2025-12", "2025-12"]);
});

it("names the last days, across a month", () => {
  expect(lastDays(new Date("2026-03-01T23:30:00Z"), 30)).toEqual(["2026-01-31", "2026-03-01"]);
});

it("says that a count is too small to be told, and never that it is none", () => {
  expect(countOf(0)).toBe("0");
  expect(countOf(null)).toBe("fewer than five");
  expect(hoursOf(null)).toBe("fewer than five");
  expect(hoursOf(2.5)).toBe("2.5 hours");
});

it("shows a name that it does not know as it is", () => {
  expect(rulingName("ended", "appeal")).toBe("Taken back on appeal");
  expect(rulingName("ended", "some_other")).toBe("some other");
});
