import type {
  ExposedFindingsWire,
  FindingActBody,
  FindingDetailWire,
  FindingsBody,
  FindingsFindingWire,
  LadderWire,
  RulingBody,
  RulingWire,
  TakenListWire,
  ThresholdsWire,
} from "../../wire.gen";
import { ask } from "./ask";

const one = (findingId: string) => `/findings/${encodeURIComponent(findingId)}`;

/** Findings in a state, or all, what is due first. */
export async function fetchFindings(state: string): Promise<FindingsFindingWire[]> {
  const query = state ? { state } : {};
  return (await ask<{ findings: FindingsFindingWire[] }>("GET", "/findings", { query })).findings;
}

export function fetchFinding(findingId: string): Promise<FindingDetailWire> {
  return ask("GET", one(findingId));
}

export function actOnFinding(findingId: string, body: FindingActBody): Promise<FindingDetailWire> {
  return ask("POST", `${one(findingId)}/acts`, { body });
}

export function publishFinding(findingId: string): Promise<FindingsFindingWire> {
  return ask("POST", `${one(findingId)}/publish`, { body: {} });
}

/** Take in a list of an authority, or with a dry run only see what would be. */
export function takeFindings(body: FindingsBody): Promise<TakenListWire> {
  return ask("POST", "/findings/import", { body });
}

export function fetchFindingFigures(): Promise<LadderWire> {
  return ask("GET", "/findings/figures");
}

export async function fetchRulings(): Promise<RulingWire[]> {
  return (await ask<{ rulings: RulingWire[] }>("GET", "/findings/rulings")).rulings;
}

/** Note what an authority decided in writing. */
export function noteRuling(body: RulingBody): Promise<RulingWire> {
  return ask("POST", "/findings/rulings", { body });
}

/** What serious open findings may cost at most, with last year's turnover in yuan. */
export function fetchExposure(turnover: number): Promise<ExposedFindingsWire> {
  return ask("GET", "/findings/exposure", { query: { turnover: String(turnover) } });
}

export function fetchThresholds(): Promise<ThresholdsWire> {
  return ask("GET", "/thresholds");
}

export function countPeople(): Promise<ThresholdsWire> {
  return ask("POST", "/thresholds/count", { body: {} });
}
