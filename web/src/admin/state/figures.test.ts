import { describe, expect, it } from "vitest";
import type { ScopeFigures } from "../api/live";
import { bars, busiest, total } from "./figures";
import { emptyOpening, openingDraft } from "./opening";

const one = (more: Partial<ScopeFigures>): ScopeFigures => ({
  door: "phone",
  account_class: "personal",
  region: "intl",
  outcome: "admitted",
  policy_id: null,
  minute: 0,
  hour: 0,
  day: 0,
  ...more,
});

describe("the figures", () => {
  it("adds up one outcome over all scopes", () => {
    const scopes = [
      one({ hour: 2 }),
      one({ hour: 3, door: "email" }),
      one({ hour: 9, outcome: "refused" }),
    ];
    expect(total(scopes, "admitted", "hour")).toBe(5);
    expect(total(scopes, "paced", "hour")).toBe(0);
  });

  it("puts the busiest hour first, then the busiest day", () => {
    const scopes = [one({ day: 9 }), one({ hour: 1, day: 1 }), one({ day: 10 })];
    expect(busiest(scopes).map((each) => each.day)).toEqual([1, 10, 9]);
  });

  it("stacks the bars of a minute without a gap, and draws nothing for nothing", () => {
    const at = "2026-01-01T00:00:00Z";
    expect(bars([{ at, admitted: 0, paced: 0, refused: 0 }], 60, 100)).toEqual([]);
    const stacked = bars([{ at, admitted: 1, paced: 0, refused: 3 }], 60, 100);
    expect(stacked.map((bar) => [bar.outcome, bar.y, bar.height])).toEqual([
      ["admitted", 75, 25],
      ["refused", 0, 75],
    ]);
  });
});

describe("the opening", () => {
  it("asks for an invitation by default, and for nothing when it is open", () => {
    expect(openingDraft(emptyOpening())).toMatchObject({ state: "invite_only", door: "*" });
    expect(openingDraft({ ...emptyOpening(), opening: "open" })).toBeNull();
    expect(openingDraft({ ...emptyOpening(), opening: "paced", pace: "7" })).toMatchObject({
      pace_per_minute: 7,
    });
  });
});
