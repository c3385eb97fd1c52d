import type { LookWire, VisitsWire, VisitWanted, VisitWire } from "../../wire.gen";
import { ask } from "./ask";

const VISITS = "/inspections";
const at = (visitId: string) => `${VISITS}/${encodeURIComponent(visitId)}`;

/** Visits of inspectors, the newest first, and which registers there are. */
export const fetchVisits = (): Promise<VisitsWire> => ask("GET", VISITS);

/** An inspector's own visits that are not past. */
export const fetchMine = (): Promise<VisitsWire> => ask("GET", `${VISITS}/mine`);

/** Ask for a visit, as the first person. */
export const askVisit = (body: VisitWanted): Promise<VisitWire> => ask("POST", VISITS, { body });

/** Agree to a visit as the second person, or end it before its time. */
export const actOnVisit = (visitId: string, act: "agree" | "end"): Promise<VisitWire> =>
  ask("POST", `${at(visitId)}/${act}`, { body: {} });

/** What was looked at in a visit, the newest first. */
export async function fetchLooks(visitId: string): Promise<LookWire[]> {
  return (await ask<{ looks: LookWire[] }>("GET", `${at(visitId)}/looks`)).looks;
}

/** A register of an open visit, to take away. */
export const exportRegister = (register: string): Promise<unknown> =>
  ask("GET", `${VISITS}/export`, { query: { register } });

/** A part of a register, as it is told. */
export const readRegister = (path: string): Promise<unknown> => ask("GET", path);
