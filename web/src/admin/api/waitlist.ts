import type { GateState } from "../../gate/api/status";
import { ask } from "./ask";

/** A line of people who wait for their turn. */
export interface Line {
  region: string;
  account_class: string;
  /** The one door that the line is for; "*": all of them. */
  door: string;
  state: GateState;
  pace_per_minute: number | null;
  called_per_minute: number | null;
  waiting: number;
  called: number;
  used_lately: number;
  lapsed_lately: number;
  oldest_at: string | null;
  newest_at: string | null;
  estimate: { minutes_min: number; minutes_max: number } | null;
  paused: boolean;
}

export interface PlaceShown {
  place_id: string;
  ordinal: number;
  joined_at: string;
  contact_kind: string;
  contact_masked: string;
}

const at = (line: Line) => `/waitlist/${line.region}/${line.account_class}`;

export async function fetchLines(): Promise<Line[]> {
  return (await ask<{ lines: Line[] }>("GET", "/waitlist")).lines;
}

export async function fetchPlaces(line: Line): Promise<PlaceShown[]> {
  const path = `${at(line)}/places?door=${encodeURIComponent(line.door)}`;
  return (await ask<{ places: PlaceShown[] }>("GET", path)).places;
}

export async function letIn(line: Line, count: number, reason: string): Promise<number> {
  const body = { count, reason, door: line.door };
  return (await ask<{ places: number }>("POST", `${at(line)}/let-in`, { body })).places;
}

export async function expirePlaces(line: Line, before: Date, reason: string): Promise<number> {
  const body = { joined_before: before.toISOString(), reason, door: line.door };
  return (await ask<{ places: number }>("POST", `${at(line)}/expire`, { body })).places;
}

export function pauseLine(line: Line, paused: boolean, reason: string): Promise<unknown> {
  return ask("POST", `${at(line)}/pause`, { body: { paused, reason, door: line.door } });
}
