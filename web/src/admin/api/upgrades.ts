import type {
  CensusWire,
  ClassesWire,
  ExposureWire,
  MergesWire,
  PlanBody,
  PlanWire,
  RunSummaryWire,
  RunWire,
  StolensWire,
} from "../../wire.gen";
import { ask } from "./ask";

/** What can be done to a run, as far as the server allows it now. */
export type RunAct = "start" | "pause" | "resume" | "abort" | "verify" | "retry" | TwoPersons;

/** What one operator asks for and a second one does. */
export type TwoPersons = "retire" | "destroy" | "lose_backups" | "force";

const RUNS = "/upgrades";
const runAt = (runId: string) => `${RUNS}/${encodeURIComponent(runId)}`;

export const fetchClasses = (): Promise<ClassesWire> => ask("GET", `${RUNS}/classes`);

export async function fetchRuns(): Promise<RunSummaryWire[]> {
  return (await ask<{ runs: RunSummaryWire[] }>("GET", RUNS)).runs;
}

/** What can be stolen, what to do then and in which order, and what stays lost. */
export async function fetchThefts(): Promise<StolensWire["stolen"]> {
  return (await ask<StolensWire>("GET", "/upgrade-reports/stolen")).stolen;
}

/** Everywhere data may lie, and how each place follows a change of keys. */
export const fetchCensus = (): Promise<CensusWire> => ask("GET", "/upgrade-reports/census");

export const fetchRun = (runId: string): Promise<RunWire> => ask("GET", runAt(runId));

/** How much of each column is under old keys, over time. */
export const fetchExposure = (runId: string): Promise<ExposureWire> =>
  ask("GET", `${runAt(runId)}/exposure`);

/** Whom a newer normaliser would have made one, and who has looked at it. */
export const fetchMerges = (runId: string): Promise<MergesWire> =>
  ask("GET", `${runAt(runId)}/merges`);

export const seeMerges = (runId: string): Promise<MergesWire> =>
  ask("POST", `${runAt(runId)}/merges/seen`, { body: {} });

/** What a run would do; nothing is changed by it. */
export const previewRun = (plan: PlanBody): Promise<PlanWire> =>
  ask("POST", `${RUNS}/plan`, { body: plan });

/** A run that is planned and has not begun. */
export const makeRun = (plan: PlanBody): Promise<RunWire> => ask("POST", RUNS, { body: plan });

export const actOn = (runId: string, act: RunAct, reason: string): Promise<RunWire> =>
  ask("POST", `${runAt(runId)}/${act}`, { body: { reason } });

/** Sets how many rows a second it may do at most; `null`: as many as people do not notice. */
export const setRate = (runId: string, most: number | null): Promise<RunWire> =>
  ask("POST", `${runAt(runId)}/rate`, { body: { rate_max: most } });
