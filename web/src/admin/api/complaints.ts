import type { ComplaintDetailWire, ComplaintLine, ComplaintWire } from "../../wire.gen";
import { ask } from "./ask";

export const OUTCOMES = ["acted", "dismissed"] as const;

/** Those that wait, the oldest first; or those decided, the newest first; not what they say. */
export async function fetchComplaints(decided: boolean): Promise<ComplaintLine[]> {
  const query = decided ? { decided: "true" } : {};
  const told = await ask<{ complaints: ComplaintLine[] }>("GET", "/complaints", { query });
  return told.complaints;
}

/** A report, and the event that it is about as it is now. Reading it is audited. */
export function fetchComplaint(complaintId: string): Promise<ComplaintDetailWire> {
  return ask("GET", `/complaints/${encodeURIComponent(complaintId)}`);
}

export function decideComplaint(
  complaintId: string,
  outcome: string,
  answer: string,
): Promise<ComplaintWire> {
  const path = `/complaints/${encodeURIComponent(complaintId)}/decide`;
  return ask("POST", path, { body: { outcome, answer } });
}
