import { expect, test } from "vitest";
import { Tries } from "./tries.svelte";

test("a failure is kept until the next try, and nothing stays busy", async () => {
  const tries = new Tries();
  const why = new Error("no");
  const failing = tries.run(() => Promise.reject(why));
  expect(tries.busy).toBe(true);
  await failing;
  expect([tries.busy, tries.fault]).toEqual([false, why]);
  const trying = tries.run(async () => {});
  expect(tries.fault).toBeNull();
  await trying;
  expect([tries.busy, tries.fault]).toEqual([false, null]);
});
