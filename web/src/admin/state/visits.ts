import { type Key, t } from "../../i18n/index.svelte";
import type { VisitRegister, VisitsWire, VisitWire } from "../../wire.gen";
import { placeKey } from "./places";

export const visitStateName = (id: string) => t(`admin.visit.state.${id}` as Key);
export const registerName = (id: string) => t(`admin.visit.register.${id}` as Key);
export const pageTitle = (page: string) => t(placeKey(page) ?? "admin.visit.registers");

/** The registers of those visits that are open now, each once. */
export function openRegisters(visits: readonly VisitWire[]): string[] {
  const open = visits.filter((one) => one.state === "open");
  return [...new Set(open.flatMap((one) => one.registers))].sort();
}

/** The registers that open visits lead to, with where each is read, as the server tells it. */
export function openShown(mine: VisitsWire): VisitRegister[] {
  const open = new Set(openRegisters(mine.visits));
  return mine.registers.filter((one) => open.has(one.register));
}

/** The pages that an inspector's open visits lead to; of those that this console has. */
export const openPages = (mine: VisitsWire): Set<string> =>
  new Set(openShown(mine).flatMap((one) => one.pages.filter((page) => placeKey(page))));
