import type { OwnProof } from "../../accounts/api/sessions";
import { call } from "../../http/call";
import type { AppearancesWire, AppearanceWire } from "../../wire.gen";

const MINE = "/api/v1/appearances";
const ward = (user: string) => `/api/v1/guardian/wards/${encodeURIComponent(user)}/appearances`;

/** What of one's own is looked at because a child may be on camera, and the outcome. */
export async function fetchAppearances(): Promise<AppearanceWire[]> {
  return (await call<AppearancesWire>("GET", MINE)).appearances;
}

/** Says what speaks for it. */
export function sayOfAppearance(caseId: string, words: string): Promise<AppearanceWire> {
  return call("POST", `${MINE}/${encodeURIComponent(caseId)}/words`, { body: { words } });
}

/** The same of a ward's. */
export async function fetchWardAppearances(user: string): Promise<AppearanceWire[]> {
  return (await call<AppearancesWire>("GET", ward(user))).appearances;
}

/** A guardian consents, declines, or withdraws. */
export function answerAppearance(
  user: string,
  caseId: string,
  act: string,
  proof: OwnProof,
): Promise<AppearanceWire> {
  const place = `${ward(user)}/${encodeURIComponent(caseId)}/${encodeURIComponent(act)}`;
  return call("POST", place, { body: proof });
}
