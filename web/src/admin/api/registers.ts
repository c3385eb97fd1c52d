import type {
  FilingWire,
  LabelsWire,
  ProcessorProofWire,
  ProcessorsWire,
  ProvidingsWire,
  TransfersWire,
} from "../../wire.gen";
import { ask } from "./ask";

type ProcessorAct = "agree" | "start" | "end" | "drop" | "clear";

export const fetchLabels = (): Promise<LabelsWire> => ask("GET", "/labels");

export const fetchProcessors = (): Promise<ProcessorsWire> => ask("GET", "/processors");

export const fetchProvidings = (): Promise<ProvidingsWire> => ask("GET", "/providings");

/** Keeps a proposal as it was written; the server reads it strictly. */
export const proposeProcessor = (body: unknown): Promise<unknown> =>
  ask("POST", "/processors", { body });

export const actOnProcessor = (
  id: string,
  act: ProcessorAct,
  said: Record<string, unknown> = {},
): Promise<unknown> => ask("POST", `/processors/${encodeURIComponent(id)}/${act}`, { body: said });

/** The signed proof that a processor's key is destroyed, and of what became of the data. */
export const fetchProof = (id: string): Promise<ProcessorProofWire> =>
  ask("GET", `/processors/${encodeURIComponent(id)}/proof`);

export const fetchTransfers = (): Promise<TransfersWire> => ask("GET", "/transfers");

/** Counts now of how many people data crossed, and returns the register. */
export const countTransfers = (): Promise<TransfersWire> =>
  ask("POST", "/transfers/count", { body: {} });

export const proposeTransfer = (body: unknown): Promise<unknown> =>
  ask("POST", "/transfers", { body });

export const actOnTransfer = (
  id: string,
  act: "agree" | "end" | "drop",
  said: Record<string, unknown> = {},
): Promise<unknown> => ask("POST", `/transfers/${encodeURIComponent(id)}/${act}`, { body: said });

/** What is handed to an authority about algorithms. */
export const fetchFiling = (): Promise<FilingWire> => ask("GET", "/algorithms/filing");
