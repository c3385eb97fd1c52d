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

it("says that the account is locked, and goes on when it is let go", async () => {
  const locked = new ApiError(401, "M_USER_LOCKED", "", null, {});
  const statuses: string[] = [];
  const script = [locked, { next_batch: "1" }];
  const loop: SyncLoop = new SyncLoop({
    fetch: async () => {
      const next = script.shift();
      if (next instanceof Error) throw next;
      return next ?? { next_batch: "" };
    },
    apply: () => loop.stop(),
    pause: async () => {
      statuses.push(loop.status);
    },
  });
  await loop.run();
  expect(statuses).toEqual(["locked"]);
  expect(loop.status).toBe("live");
});

it("knows at once when the network is gone, and goes on when it is back", async () => {
  const asked: number[] = [];
  const statuses: string[] = [];
  const loop: SyncLoop = new SyncLoop({
    fetch: (_since, timeoutMs, signal) => {
      asked.push(timeoutMs);
      if (asked.length !== 2) return Promise.resolve({ next_batch: String(asked.length) });
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        loop.cut();
      });
    },
    apply: ({ next_batch }) => {
      if (next_batch === "4") loop.stop();
    },
    pause: async () => {
      statuses.push(loop.status);
    },
  });
  await loop.run();
  expect(statuses).toEqual(["offline"]);
  expect(asked).toEqual([0, 30_000, 0, 30_000]);
});
