import type {
  AssessBody,
  FlawActBody,
  FlawBody,
  FlawWire,
  IncidentBody,
  IncidentDetailWire,
  IncidentDraftWire,
  IncidentFiguresWire,
  IncidentLinks,
  IncidentReportWire,
  IncidentTellBody,
  IncidentWire,
  LawBookWire,
  LowerBody,
} from "../../wire.gen";
import { ask } from "./ask";

const DESK = "/incidents";
const at = (incidentId: string) => `${DESK}/${encodeURIComponent(incidentId)}`;

/** Incidents, what is due first at the top. */
export async function fetchIncidents(): Promise<IncidentWire[]> {
  return (await ask<{ incidents: IncidentWire[] }>("GET", DESK)).incidents;
}

export const fetchLaw = (): Promise<LawBookWire> => ask("GET", `${DESK}/law`);

export const noteIncident = (body: IncidentBody): Promise<IncidentDetailWire> =>
  ask("POST", DESK, { body });

export const fetchIncident = (incidentId: string): Promise<IncidentDetailWire> =>
  ask("GET", at(incidentId));

export const assessIncident = (incidentId: string, body: AssessBody): Promise<IncidentDetailWire> =>
  ask("PUT", `${at(incidentId)}/facts`, { body });

/** Contain, close or reopen. */
export const actOnIncident = (
  incidentId: string,
  act: string,
  words: string,
): Promise<IncidentDetailWire> => ask("POST", `${at(incidentId)}/acts`, { body: { act, words } });

export const noteTold = (incidentId: string, body: IncidentTellBody): Promise<IncidentDetailWire> =>
  ask("POST", `${at(incidentId)}/told`, { body });

export const lowerIncident = (incidentId: string, body: LowerBody): Promise<IncidentDetailWire> =>
  ask("POST", `${at(incidentId)}/lower`, { body });

export const takeIncident = (incidentId: string): Promise<IncidentDetailWire> =>
  ask("POST", `${at(incidentId)}/take`, { body: {} });

export const linkIncident = (
  incidentId: string,
  links: IncidentLinks,
): Promise<IncidentDetailWire> => ask("PUT", `${at(incidentId)}/links`, { body: links });

/** The report that a clock asks for, as it stands; without one, a supplementary report. */
export const fetchDraft = (incidentId: string, clock: string): Promise<IncidentDraftWire> =>
  ask("GET", `${at(incidentId)}/draft`, { query: clock ? { clock } : {} });

export async function fetchReports(incidentId: string): Promise<IncidentReportWire[]> {
  const path = `${at(incidentId)}/reports`;
  return (await ask<{ reports: IncidentReportWire[] }>("GET", path)).reports;
}

export const fetchFigures = (year: number): Promise<IncidentFiguresWire> =>
  ask("GET", `${DESK}/figures`, { query: { year } });

export async function fetchFlaws(): Promise<FlawWire[]> {
  return (await ask<{ flaws: FlawWire[] }>("GET", `${DESK}/flaws`)).flaws;
}

export const noteFlaw = (body: FlawBody): Promise<FlawWire> =>
  ask("POST", `${DESK}/flaws`, { body });

export const actOnFlaw = (flawId: string, body: FlawActBody): Promise<FlawWire> =>
  ask("POST", `${DESK}/flaws/${encodeURIComponent(flawId)}/acts`, { body });
