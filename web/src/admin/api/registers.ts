import type { LabelsWire, ProcessorsWire, ProvidingsWire } from "../../wire.gen";
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
