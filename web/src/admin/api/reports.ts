import { callBytes } from "../../http/call";
import type { AdviceWire, AnnualsWire, AnnualWire, Both, PacksWire } from "../../wire.gen";
import { ask } from "./ask";

export const fetchPacks = (): Promise<PacksWire> => ask("GET", "/packs");

/** Builds an audit pack from the living house; the archive is kept nowhere else. */
export const makePack = (): Promise<Blob> =>
  callBytes("/api/v1/operator/packs", { body: {} }, "POST");

const annual = (id: string) => `/annuals/${encodeURIComponent(id)}`;

export const fetchAnnuals = (): Promise<AnnualsWire> => ask("GET", "/annuals");

/** Begins a yearly report with the figures of the moment. */
export const beginAnnual = (kind: string, year: number): Promise<AnnualWire> =>
  ask("POST", "/annuals", { body: { kind, year } });

export const writeAnnual = (id: string, texts: Record<string, Both>): Promise<AnnualWire> =>
  ask("PUT", annual(id), { body: { texts } });

export const actOnAnnual = (id: string, act: string): Promise<AnnualWire> =>
  ask("POST", `${annual(id)}/acts`, { body: { act } });

/** Recommends something to the house; everybody may read it. */
export const advise = (text: Both): Promise<AdviceWire> =>
  ask("POST", "/advice", { body: { text } });

export const answerAdvice = (id: string, text: Both): Promise<unknown> =>
  ask("POST", `/advice/${encodeURIComponent(id)}/answer`, { body: { text } });
