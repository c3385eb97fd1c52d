import { type Key, t } from "../../i18n/index.svelte";
import type { VisitWire } from "../../wire.gen";

export const visitStateName = (id: string) => t(`admin.visit.state.${id}` as Key);
export const registerName = (id: string) => t(`admin.visit.register.${id}` as Key);

/** The pages of the console that ask an inspector for nothing but what is in a register. */
const PAGES: Record<string, readonly string[]> = {
  audit: ["audit"],
  findings: ["findings"],
  thresholds: ["thresholds"],
  gate: ["live", "history"],
  breaches: ["breaches"],
  incidents: ["incidents"],
  upgrades: ["upgrades"],
  listings: ["listings"],
  holds: ["holds"],
  assessments: ["assessments"],
};
const TITLES: Record<string, Key> = {
  audit: "admin.audit.title",
  findings: "admin.findings.title",
  thresholds: "admin.thresholds.title",
  live: "admin.live.title",
  history: "admin.history.title",
  breaches: "admin.breach.title",
  incidents: "admin.incident.title",
  upgrades: "admin.upgrade.title",
  listings: "admin.listing.title",
  holds: "admin.hold.title",
  assessments: "admin.assess.title",
};
/** Registers, or parts of them, that have no such page: what is asked for to read them here. */
const PARTS: Record<string, readonly string[]> = {
  gate: ["/gate/grid", "/gate/overrides"],
  rules: [
    "/cases/rules",
    "/screening/rules",
    "/standing/rules",
    "/approvals/rules",
    "/minors/rules",
    "/holidays",
  ],
  upgrades: ["/upgrades/classes"],
  backups: ["/backups"],
};

/** The registers of those visits that are open now, each once. */
export function openRegisters(visits: readonly VisitWire[]): string[] {
  const open = visits.filter((one) => one.state === "open");
  return [...new Set(open.flatMap((one) => one.registers))].sort();
}

export const pageTitle = (page: string) => t(TITLES[page] ?? "admin.visit.registers");
export const pagesOf = (register: string): readonly string[] => PAGES[register] ?? [];
export const partsOf = (register: string): readonly string[] => PARTS[register] ?? [];

/** The pages that an inspector's open visits lead to. */
export const openPages = (visits: readonly VisitWire[]): Set<string> =>
  new Set(openRegisters(visits).flatMap(pagesOf));
