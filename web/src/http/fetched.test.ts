import { afterEach, expect, test, vi } from "vitest";
import { Fetched } from "./fetched.svelte";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what was known stays while there is no answer, and why is told until there is one", async () => {
  const why = new Error("away");
  const answers: (() => Promise<number>)[] = [
    () => Promise.resolve(1),
    () => Promise.reject(why),
    () => Promise.resolve(2),
  ];
  const found = new Fetched(() => answers.shift()?.() ?? Promise.reject(why));
  const seen: unknown[] = [];
  for (let nth = 0; nth < 3; nth += 1) {
    await found.load();
    seen.push([found.value, found.fault]);
  }
  expect(seen).toEqual([
    [1, null],
    [1, why],
    [2, null],
  ]);
});

test("it is asked again only while somebody looks, and it moves, and nobody has left", async () => {
  vi.useFakeTimers();
  const page = { hidden: false };
  vi.stubGlobal("document", page);
  let asked = 0;
  let moves = true;
  const found = new Fetched(async () => {
    asked += 1;
    return asked;
  });
  const stop = found.follow(1_000, () => moves);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toBe(3);
  page.hidden = true;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toBe(3);
  page.hidden = false;
  moves = false;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toBe(3);
  moves = true;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked).toBe(4);
  stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toBe(4);
});
