import type {
  DetectorAddBody,
  DetectorDetailWire,
  DetectorEntriesWire,
  DetectorHitsWire,
  DetectorListsWire,
  DetectorPreview,
  DetectorVersionBody,
} from "../../wire.gen";
import { ask } from "./ask";

const LISTS = "/detectors/lists";

export function fetchDetectors(): Promise<DetectorListsWire> {
  return ask("GET", LISTS);
}

/** What detectors found that a case was made of; nothing for one that people began. */
export function fetchFinds(caseId: string): Promise<DetectorHitsWire> {
  return ask("GET", `/detectors/cases/${encodeURIComponent(caseId)}`);
}

export async function fetchEntries(listId: string, version: number): Promise<string[]> {
  return (await ask<DetectorEntriesWire>("GET", `${LISTS}/${listId}/versions/${version}`)).entries;
}

export function addDetector(body: DetectorAddBody): Promise<DetectorDetailWire> {
  return ask("POST", LISTS, { body });
}

export function changeDetector(listId: string, body: DetectorVersionBody): Promise<unknown> {
  return ask("POST", `${LISTS}/${listId}/versions`, { body });
}

export function tryEntries(kind: string, entries: string[]): Promise<DetectorPreview> {
  return ask("POST", "/detectors/preview", { body: { kind, entries } });
}
