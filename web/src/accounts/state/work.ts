import { firstWord } from "./sha256";

/** What the server asks a device to work out, or to wait for, before a registration begins. */
export interface Challenge {
  challenge: string;
  parts: number;
  bits: number;
  expires_in_seconds: number;
  wait_seconds: number;
}

/** What is shown to the server. Without answers: a place in line whose time has come. */
export interface Proof {
  challenge: string;
  answers?: number[];
}

/** The number that solves one part. */
export function solvePart(challenge: Challenge, part: number): number {
  const limit = 2 ** (32 - challenge.bits);
  let answer = 0;
  while (firstWord(`${challenge.challenge}:${part}:${answer}`) >= limit) answer += 1;
  return answer;
}

/** Solves in a thread of its own, so that the page stays quick; `progress` is from 0 to 1. */
export function solve(
  challenge: Challenge,
  progress: (share: number) => void,
  signal: AbortSignal,
): Promise<Proof> {
  const worker = new Worker(new URL("./work.worker.ts", import.meta.url), { type: "module" });
  return new Promise<Proof>((resolve, reject) => {
    const answers: number[] = [];
    signal.addEventListener("abort", () => reject(signal.reason as Error));
    worker.onerror = () => reject(new Error("the worker failed"));
    worker.onmessage = (message: MessageEvent<number>) => {
      answers.push(message.data);
      progress(answers.length / challenge.parts);
      if (answers.length === challenge.parts) resolve({ challenge: challenge.challenge, answers });
    };
    worker.postMessage(challenge);
  }).finally(() => worker.terminate());
}
