import { type Key, t } from "../../i18n/index.svelte";
import type { HeldObject } from "../../wire.gen";

const STATES: Record<string, Key> = {
  asked: "admin.hold.state.asked",
  in_force: "admin.hold.state.in_force",
  renewing: "admin.hold.state.renewing",
  refused: "admin.hold.state.refused",
  ended: "admin.hold.state.ended",
};
const HANDING_STATES: Record<string, Key> = {
  asked: "admin.handing.state.asked",
  agreed: "admin.handing.state.agreed",
  refused: "admin.handing.state.refused",
};
const KINDS: Record<string, Key> = {
  room: "admin.hold.kind.room",
  message: "admin.hold.kind.message",
  file: "admin.hold.kind.file",
  account: "admin.hold.kind.account",
  case: "admin.hold.kind.case",
};
const ASKERS: Record<string, Key> = {
  authority: "admin.hold.asker.authority",
  counsel: "admin.hold.asker.counsel",
};
const SIGNS: Record<string, HeldObject["kind"]> = { "!": "room", $: "message", "@": "account" };
const FILE = /^mxc:\/\/[^/]+\//;

export const holdStateName = (id: string) => (STATES[id] ? t(STATES[id]) : id);
export const handingStateName = (id: string) => (HANDING_STATES[id] ? t(HANDING_STATES[id]) : id);
export const heldKindName = (id: string) => (KINDS[id] ? t(KINDS[id]) : id);
export const askerName = (id: string) => (ASKERS[id] ? t(ASKERS[id]) : id);

/** What a list of addresses names, one on a line: their first letters tell what each is. */
export function heldObjects(text: string): HeldObject[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").map(heldObject);
}

function heldObject(address: string): HeldObject {
  if (FILE.test(address)) return { kind: "file", target: address.replace(FILE, "") };
  return { kind: SIGNS[address[0] ?? ""] ?? "case", target: address };
}
