import type { AppearanceWire } from "../../wire.gen";
import { ask } from "./ask";

const at = (caseId: string) => `/appearances/${encodeURIComponent(caseId)}`;

/** The review of a case about a child on camera. */
export function fetchAppearance(caseId: string): Promise<AppearanceWire> {
  return ask("GET", at(caseId));
}

/** Hides what is looked at, shows it, or asks a guardian. */
export function stepAppearance(caseId: string, act: string): Promise<AppearanceWire> {
  return ask("POST", `${at(caseId)}/${encodeURIComponent(act)}`, { body: {} });
}
