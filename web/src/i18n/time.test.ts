import { beforeAll, expect, it } from "vitest";
import { useLang } from "./index.svelte";
import { dateText, dayText, fromNowText, lengthText, listTime } from "./time";

const now = new Date(2026, 10, 21, 18, 0).getTime();
const ago = (days: number) => now - days * 86_400_000;

beforeAll(() => useLang("en"));

it("says days the way people do", () => {
  expect(dayText(now, now)).toBe("today");
  expect(dayText(ago(1), now)).toBe("yesterday");
  expect(dayText(ago(3), now)).toContain("November 18");
  expect(dayText(ago(400), now)).toContain("2025");
});

it("places a moment in a list", () => {
  expect(listTime(now, now)).toBe("18:00");
  expect(listTime(ago(3), now)).toBe("Wed");
  expect(listTime(ago(30), now)).toBe("10/22/26");
});

it("tells lengths and dates, and nothing for nothing", () => {
  expect(lengthText(65_000)).toBe("1:05");
  expect(dateText(null)).toBe("");
  expect(dateText("not a date")).toBe("not a date");
});

it("counts to a deadline, and on from it", () => {
  expect(fromNowText(now + 2 * 86_400_000 + 1, now)).toBe("in 2 days");
  expect(fromNowText(now + 47 * 3_600_000, now)).toBe("in 47 hours");
  expect(fromNowText(now + 119 * 60_000, now)).toBe("in 119 minutes");
  expect(fromNowText(now - 3 * 3_600_000, now)).toBe("3 hours ago");
});
