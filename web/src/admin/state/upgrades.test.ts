import { beforeAll, describe, expect, it } from "vitest";
import adminEn from "../../i18n/admin.en.json";
import { speakAlso, useLang } from "../../i18n/index.svelte";
import type { RunWire } from "../../wire.gen";
import {
  bodyOf,
  ceilingOf,
  curvesOf,
  doing,
  emptyWish,
  groupsOf,
  pathOf,
  percent,
  thinned,
} from "./upgrades";

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
    const wanted = {
      ...emptyWish(),
      scope: "eu",
      classes: ["kek"],
      reason: " due ",
      rate: "500",
      suite: "2",
    };
    const asked = { suite: 2, normaliser: null, reason: "due", rate_max: 500 };
    expect(bodyOf(wanted, ["index", "kek"])).toEqual({
      ...asked,
      classes: ["kek"],
      scope: "eu",
      mode: "ordinary",
      stolen: null,
    });
    expect(bodyOf({ ...wanted, normaliser: "2" }, []).normaliser).toBe(2);
    const theft = { mode: "compromise", stolen: "kek_file", suite: "", rate: "" } as const;
    const stolen = bodyOf({ ...wanted, ...theft }, ["index", "kek"]);
    expect(stolen).toMatchObject({ classes: ["index", "kek"], suite: null, rate_max: null });
    expect(stolen).toMatchObject({ mode: "compromise", stolen: "kek_file", scope: "*" });
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

it("steps are told by class, and what is left is what is left longest", () => {
  const step = { phase: "backfill", quarantined: 0, rate_per_second: 10, eta_seconds: 5 };
  const groups = groupsOf([
    { ...step, data_class: "dek", table: "a", total: 10, done: 10, eta_seconds: null },
    { ...step, data_class: "index", table: "a", total: 4, done: 1, quarantined: 2 },
    { ...step, data_class: "dek", table: "b", total: 30, done: 2, eta_seconds: 60 },
    { ...step, data_class: "house", table: null, total: 0, done: 0 },
  ]);
  const told = groups.map(({ name, done, total, quarantined, rate, eta }) => [
    name,
    done,
    total,
    quarantined,
    rate,
    eta,
  ]);
  expect(told).toEqual([
    ["dek", 12, 40, 0, 20, 60],
    ["index", 1, 4, 2, 10, 5],
  ]);
});

it("columns are drawn over one span of time, and empty ones are not", () => {
  const one = { data_class: "dek", table: "a", column: "b", gravity: 1 };
  const at = (minute: number, exposed: number) => ({
    at: `2026-03-01T08:0${minute}:00Z`,
    exposed,
    counted: true,
  });
  const { columns, span } = curvesOf([
    { ...one, first: 8, last: 3, points: [at(0, 8), at(2, 3)] },
    { ...one, column: "c", first: 5, last: 5, points: [at(1, 5)] },
    { ...one, column: "d", first: 0, last: 0, points: [at(9, 0)] },
  ]);
  expect(columns.map((column) => column.dots.at(-1))).toEqual([
    { at: span[1], value: 3 },
    { at: span[1], value: 5 },
  ]);
  expect(span[1] - span[0]).toBe(120_000);
});
