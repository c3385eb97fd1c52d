import { call } from "../../http/call";
import type { RulingsWire, Transparency } from "../../wire.gen";

const PLACE = "/api/v1/rulings";

/** A page of the register of decisions, the oldest first. */
export function fetchRulings(after = ""): Promise<RulingsWire> {
  return call("GET", PLACE, { query: { after: after || undefined }, open: true });
}

/** The figures of whole months that are over, as `2026-01`. */
export function fetchFigures(from: string, until: string): Promise<Transparency> {
  return call("GET", `${PLACE}/report`, { query: { from, until }, open: true });
}
