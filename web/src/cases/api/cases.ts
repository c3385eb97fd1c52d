import { call } from "../../http/call";
import type { OwnCasesWire, OwnCaseWire } from "../../wire.gen";

const PLACE = "/api/v1/cases";
const pathOf = (caseId: string) => `${PLACE}/${encodeURIComponent(caseId)}`;

/** One's own cases, from the order on, the newest first. */
export async function fetchOwnCases(): Promise<OwnCaseWire[]> {
  return (await call<OwnCasesWire>("GET", PLACE)).cases;
}

export function fetchOwnCase(caseId: string): Promise<OwnCaseWire> {
  return call("GET", pathOf(caseId));
}

/** Does as ordered: nobody reads it any more. */
export function comply(caseId: string): Promise<OwnCaseWire> {
  return call("POST", `${pathOf(caseId)}/comply`);
}

/** Says in words why an order is wrong, or why somebody else should look again. */
export function object(
  caseId: string,
  how: "contest" | "appeal",
  words: string,
): Promise<OwnCaseWire> {
  return call("POST", `${pathOf(caseId)}/${how}`, { body: { words } });
}
