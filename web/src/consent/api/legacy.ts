import { call, callBytes } from "../../http/call";
import type { LegacyWire } from "../../wire.gen";

const MINE = "/api/v1/account/legacy";

export const BOONS = ["copy", "memorial", "erase"] as const;
export type Boon = (typeof BOONS)[number];

/** Whom the person has named, who has named them, and what they asked for. */
export const fetchLegacy = (): Promise<LegacyWire> => call("GET", MINE);

export const nameContact = (contact: string, may: Boon[]): Promise<unknown> =>
  call("PUT", MINE, { body: { contact, may } });

export const nameNobody = (): Promise<unknown> => call("DELETE", MINE);

export const answerNaming = (userId: string, act: "confirm" | "decline"): Promise<unknown> =>
  call("POST", `${MINE}/answer`, { body: { user_id: userId, act } });

export const fileClaim = (userId: string, wants: string[], words: string): Promise<unknown> =>
  call("POST", `${MINE}/claims`, { body: { user_id: userId, wants, words } });

export const sayAlive = (): Promise<unknown> => call("POST", `${MINE}/alive`, { body: {} });

export const fetchCopy = (claimId: string): Promise<Blob> =>
  callBytes(`${MINE}/claims/${encodeURIComponent(claimId)}/copy`);
