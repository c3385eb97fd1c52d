import { expect, test } from "vitest";
import { sinceOf } from "./signing";

const MADE = "2026-03-01T08:00:00.123456Z";

test("a key is doubted since what was said, or now, and never before it was made", () => {
  const now = Date.parse("2026-03-02T08:00:00Z");
  expect(sinceOf("", MADE, now)).toBe("2026-03-02T07:59:00.000Z");
  expect(sinceOf("", MADE, Date.parse(MADE) + 5)).toBe(MADE);
  expect(sinceOf("2026-03-01T20:00", MADE, now)).toBe(new Date("2026-03-01T20:00").toISOString());
  expect(sinceOf("2025-01-01T00:00", MADE, now)).toBe(MADE);
});
