import type { Label } from "../../ratings/state/labels";
import type { RatingWire } from "../../wire.gen";
import { ask } from "./ask";

const at = (kind: string, target: string) => `/ratings/${kind}/${encodeURIComponent(target)}`;

/** What was said of the age from which on something is meant to be seen. */
export function fetchRating(kind: string, target: string): Promise<RatingWire> {
  return ask("GET", at(kind, target));
}

/** Labels something for its author, with a reason that they read; by a case it can be appealed. */
export function setRating(
  kind: string,
  target: string,
  label: Label,
  reason: string,
  case_id = "",
): Promise<RatingWire> {
  return ask("PUT", at(kind, target), { body: { ...label, reason, case_id } });
}

export function liftRating(kind: string, target: string, reason: string): Promise<RatingWire> {
  return ask("POST", `${at(kind, target)}/lift`, { body: { reason } });
}
