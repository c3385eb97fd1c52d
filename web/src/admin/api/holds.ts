import { callBytes } from "../../http/call";
import type { HeldHandingBody, HoldBody, HoldsWire } from "../../wire.gen";
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

const handing = (id: string, which: string) =>
  `/holds/${encodeURIComponent(id)}/handings/${encodeURIComponent(which)}`;

/** Asks to hand out what a hold has put aside, to somebody's key. */
export const askHanding = (id: string, body: HeldHandingBody): Promise<unknown> =>
  ask("POST", `/holds/${encodeURIComponent(id)}/handings`, { body });

export const actOnHanding = (
  id: string,
  which: string,
  act: "agree" | "refuse",
  reason = "",
): Promise<unknown> => ask("POST", `${handing(id, which)}/acts`, { body: { act, reason } });

/** Makes the package, which its recipient alone can open; it is kept nowhere else. */
export const makeHeldPackage = (id: string, which: string): Promise<Blob> =>
  callBytes(`/api/v1/operator${handing(id, which)}/package`, { body: {} }, "POST");
