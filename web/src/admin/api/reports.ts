import { callBytes } from "../../http/call";
import type { PacksWire } from "../../wire.gen";
import { ask } from "./ask";

export const fetchPacks = (): Promise<PacksWire> => ask("GET", "/packs");

/** Builds an audit pack from the living house; the archive is kept nowhere else. */
export const makePack = (): Promise<Blob> =>
  callBytes("/api/v1/operator/packs", { body: {} }, "POST");
