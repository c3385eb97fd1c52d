import { expect, it } from "vitest";
import type { TimeLeftWire } from "../../wire.gen";
import { minutesToGo, OwnTime } from "./ownTime.svelte";

const LEFT: TimeLeftWire = {
  measured: true,
  used_minutes: 0,
  cap_minutes: 60,
  granted_minutes: 0,
  left_minutes: 60,
  begins_minute: 0,
  ends_minute: 1440,
  utc_offset_minutes: 480,
  open: true,
  opens_at: null,
};

async function house(measured: boolean) {
  const said = { now: 0, looks: 0, uses: 0, looking: true };
  const answer = { ...LEFT, measured };
  const time = new OwnTime({
    look: () => {
      said.looks += 1;
      return Promise.resolve(answer);
    },
    use: () => {
      said.uses += 1;
      return Promise.resolve(answer);
    },
    now: () => said.now,
    looking: () => said.looking,
  });
  const stop = new AbortController();
  time.run(stop.signal);
  await Promise.resolve();
  await Promise.resolve();
  const pass = (seconds: number) => {
    for (let passed = 0; passed < seconds; passed += 5) {
      said.now += 5000;
      time.tick();
    }
  };
  stop.abort();
  return { said, time, pass };
}

it("tells of each whole minute in which somebody looked", async () => {
  const { said, pass } = await house(true);
  pass(55);
  expect(said.uses).toBe(0);
  pass(5);
  expect(said.uses).toBe(1);
  said.looking = false;
  pass(600);
  expect(said.uses).toBe(1);
  said.looking = true;
  pass(60);
  expect(said.uses).toBe(2);
});

it("does not count while the machine sleeps", async () => {
  const { said, time, pass } = await house(true);
  said.now += 3_600_000;
  time.tick();
  pass(55);
  expect(said.uses).toBe(0);
});

it("tells nothing of whom nothing is limited, and asks once an hour", async () => {
  const { said, pass } = await house(false);
  pass(3595);
  expect([said.looks, said.uses]).toEqual([1, 0]);
  pass(5);
  expect([said.looks, said.uses]).toEqual([2, 0]);
});

it("says how long it is until one has to stop", () => {
  const noon = Date.UTC(2026, 10, 18, 4); // in Shanghai
  expect(minutesToGo(LEFT, noon)).toBe(60);
  expect(minutesToGo({ ...LEFT, ends_minute: 12 * 60 + 5 }, noon)).toBe(5);
  expect(minutesToGo({ ...LEFT, left_minutes: null }, noon)).toBe(Infinity);
});
