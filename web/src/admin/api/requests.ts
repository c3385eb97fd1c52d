import { call } from "../../http/call";
import type {
  ErasureWire,
  FiguresWire,
  OperatorClaimWire,
  OperatorRequestWire,
  OperatorRestrictionWire,
} from "../../wire.gen";
import { ask } from "./ask";

export const OUTCOMES = ["answered", "granted", "partly", "refused"] as const;

/** Those that wait, by their day; or those answered, newest first. */
export async function fetchRequests(answered: boolean): Promise<OperatorRequestWire[]> {
  const query = answered ? { answered: "true" } : {};
  const told = await ask<{ requests: OperatorRequestWire[] }>("GET", "/requests", { query });
  return told.requests;
}

export function answerRequest(
  requestId: string,
  outcome: string,
  reasons: string,
): Promise<OperatorRequestWire> {
  const path = `/requests/${encodeURIComponent(requestId)}/answer`;
  return ask("POST", path, { body: { outcome, reasons } });
}

/** What everybody can read about how requests are dealt with. */
export function fetchRequestFigures(): Promise<FiguresWire> {
  return call("GET", "/api/v1/requests/figures", { open: true });
}

export async function fetchErasures(): Promise<ErasureWire[]> {
  return (await ask<{ erasures: ErasureWire[] }>("GET", "/erasures")).erasures;
}

/** Whose data are kept and not used for now; that it was read is in the audit log. */
export async function fetchRestrictions(): Promise<OperatorRestrictionWire[]> {
  const told = await ask<{ restrictions: OperatorRestrictionWire[] }>("GET", "/restrictions");
  return told.restrictions;
}

export const decideRestriction = (
  accountId: string,
  act: "end" | "keep",
  reasons: string,
): Promise<unknown> =>
  ask("POST", `/restrictions/${encodeURIComponent(accountId)}/${act}`, { body: { reasons } });

/** Claims about accounts of people who have died; that they were read is in the audit log. */
export async function fetchClaims(): Promise<OperatorClaimWire[]> {
  return (await ask<{ claims: OperatorClaimWire[] }>("GET", "/legacies")).claims;
}

export const fileFamilyClaim = (userId: string, wants: string[], words: string): Promise<unknown> =>
  ask("POST", "/legacies", { body: { user_id: userId, wants, words } });

export const actOnClaim = (id: string, act: "check" | "refuse", reason = ""): Promise<unknown> =>
  ask("POST", `/legacies/${encodeURIComponent(id)}/${act}`, {
    body: act === "check" ? {} : { reason },
  });
