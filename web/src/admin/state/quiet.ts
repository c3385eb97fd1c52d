import type { Quiet, Stretch } from "../api/settings";

/** The zone of the server until somebody says whose day it is. */
const NOBODY_S = "UTC";

/** Zones to choose from; the chosen one is among them, whatever this browser knows. */
export function zones(chosen: string): string[] {
  return [...new Set([NOBODY_S, chosen, ...Intl.supportedValuesOf("timeZone")])].sort();
}

/** Whose day is proposed with the first stretch: that of whoever sits here. */
export function proposedZone(chosen: string): string {
  return chosen === NOBODY_S ? new Intl.DateTimeFormat().resolvedOptions().timeZone : chosen;
}

export const stretchText = (one: Stretch): string => `${one.begins}–${one.ends}`;

/** Quiet hours in a line, such as `18:00–23:00, 07:30–09:00 (Asia/Shanghai)`; empty: none. */
export function quietText(quiet: Quiet, comma: string): string {
  if (quiet.stretches.length === 0) return "";
  return `${quiet.stretches.map(stretchText).join(comma)} (${quiet.zone})`;
}
