import { expect, it } from "vitest";
import { ApiError } from "../../http/call";
import type { SyncAnswer } from "../api/sync";
import { SyncLoop } from "./loop.svelte";

function loopOver(script: (SyncAnswer | Error)[]) {
  const asked: (string | null)[] = [];
  const waits: number[] = [];
  const applied: string[] = [];
  const loop: SyncLoop = new SyncLoop({
    fetch: async (since) => {
      asked.push(since);
      const next = script.shift();
      if (script.length === 0) loop.stop();
      if (next instanceof Error) throw next;
      return next ?? { next_batch: "end" };
    },
    apply: (answer) => applied.push(answer.next_batch),
    pause: async (ms) => {
      waits.push(ms);
    },
  });
  return { loop, asked, waits, applied };
}

const broken = () => new ApiError(0, "unreachable", "", null, {});

it("goes on from where it was after trouble, waiting longer each time", async () => {
  const { loop, asked, waits, applied } = loopOver([
    { next_batch: "1" },
    broken(),
    broken(),
    new ApiError(429, "M_LIMIT_EXCEEDED", "", 5000, {}),
    { next_batch: "2" },
    { next_batch: "3" },
    { next_batch: "never applied" },
  ]);
  await loop.run();
  expect(asked).toEqual([null, "1", "1", "1", "1", "2", "3"]);
  expect(waits).toEqual([1000, 2000, 5000]);
  expect(applied).toEqual(["1", "2", "3"]);
  expect(loop.status).toBe("live");
});

it("ends when the session has", async () => {
  const { loop, asked } = loopOver([
    new ApiError(401, "M_UNKNOWN_TOKEN", "", null, {}),
    { next_batch: "1" },
  ]);
  await loop.run();
  expect(asked).toHaveLength(1);
});
