import { beforeAll, describe, expect, it } from "vitest";
import adminEn from "../../i18n/admin.en.json";
import { speakAlso, useLang } from "../../i18n/index.svelte";
import type { RunWire } from "../../wire.gen";
import { bodyOf, ceilingOf, doing, emptyWish, pathOf, percent, thinned } from "./upgrades";

beforeAll(async () => {
  speakAlso(async () => adminEn);
  await useLang("en");
});

describe("a figure", () => {
  it("says 100 % only when nothing is left", () => {
    expect(percent(999_999, 1_000_000)).toBe(99);
    expect(percent(1_000_000, 1_000_000)).toBe(100);
    expect(percent(0, 0)).toBe(100);
  });
});

describe("a line", () => {
  const dots = [
    { at: 0, value: 0 },
    { at: 10, value: null },
    { at: 20, value: 30 },
    { at: 40, value: 50 },
  ];

  it("has a round scale that holds all of it", () => {
    expect(ceilingOf(dots)).toBe(50);
    expect(ceilingOf([{ at: 0, value: 0.07 }])).toBeCloseTo(0.08);
    expect(ceilingOf([])).toBe(1);
  });

  it("is broken where nothing is known", () => {
    expect(pathOf(dots, 50, 400, 100, [0, 40])).toBe("M0.0 100.0M200.0 40.0L400.0 0.0");
    expect(pathOf([], 1, 400, 100, [0, 1])).toBe("");
  });

  it("keeps its ends when it is thinned", () => {
    const all = Array.from({ length: 100 }, (_, nth) => nth);
    const few = thinned(all, 7);
    expect(few).toHaveLength(7);
    expect([few[0], few.at(-1)]).toEqual([0, 99]);
    expect(thinned([1, 2], 7)).toEqual([1, 2]);
  });
});

describe("a wish for a run", () => {
  it("takes its classes from the theft when there was one", () => {
    const wanted = { ...emptyWish(), classes: ["kek"], reason: " due ", rate: "500", suite: "2" };
    const asked = { suite: 2, reason: "due", rate_max: 500 };
    expect(bodyOf(wanted, ["index", "kek"])).toEqual({
      ...asked,
      classes: ["kek"],
      mode: "ordinary",
      stolen: null,
    });
    const theft = { mode: "compromise", stolen: "kek_file", suite: "", rate: "" } as const;
    const stolen = bodyOf({ ...wanted, ...theft }, ["index", "kek"]);
    expect(stolen).toMatchObject({ classes: ["index", "kek"], suite: null, rate_max: null });
    expect(stolen).toMatchObject({ mode: "compromise", stolen: "kek_file" });
  });
});

describe("what a run does", () => {
  const run = (state: string, paused = false, soft_until: string | null = null) =>
    ({ summary: { state, paused }, soft_until }) as unknown as RunWire;

  it("is a sentence for each state, one of its own when it is paused", () => {
    const said = ["planned", "backfill", "verify", "aborted"].map((state) => doing(run(state)));
    expect(new Set(said).size).toBe(4);
    expect(doing(run("backfill", true))).toContain("Paused at “Make anew”");
    expect(doing(run("soft_retire", false, "2026-11-29T00:00:00Z"))).toContain("2026");
  });
});
