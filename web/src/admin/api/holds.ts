import type { HoldBody, HoldsWire } from "../../wire.gen";
import { ask } from "./ask";

export type HoldAct = "agree" | "refuse" | "release";

/** Legal holds: who asked for what, until when. Nothing of what is held. */
export const fetchHolds = (): Promise<HoldsWire> => ask("GET", "/holds");

export const askHold = (body: HoldBody): Promise<unknown> => ask("POST", "/holds", { body });

export const actOnHold = (id: string, act: HoldAct, reason = ""): Promise<unknown> =>
  ask("POST", `/holds/${encodeURIComponent(id)}/acts`, { body: { act, reason } });

export const renewHold = (id: string, until: Date): Promise<unknown> =>
  ask("POST", `/holds/${encodeURIComponent(id)}/renewal`, {
    body: { until_at: until.toISOString() },
  });
