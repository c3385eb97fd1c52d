import type { Key } from "../../i18n/index.svelte";
import type { CaseStepWire, OwnCaseWire, Statement } from "../../wire.gen";

/** What a state means for whoever it is about. */
export const TOLD: Record<string, Key> = {
  ordered: "case.told.ordered",
  contested: "case.told.contested",
  halted: "case.told.halted",
  complied: "case.told.complied",
  unmet: "case.told.unmet",
  restricted: "case.told.restricted",
  suspended: "case.told.suspended",
  banned: "case.told.banned",
  overturned: "case.told.overturned",
};

const SHUT: readonly string[] = ["halted", "suspended", "banned"];

/** Whether a case holds the whole account. */
export const isShut = (one: OwnCaseWire) => SHUT.includes(one.state);

/** Whether something can be done that has a deadline. */
export const isPressing = (one: OwnCaseWire) => one.may.includes("comply");

/** The newest decision with its reasons. */
export function decisionIn(one: OwnCaseWire): { step: CaseStepWire; said: Statement } | null {
  const step = one.steps.findLast((each) => each.statement !== null);
  return step?.statement ? { step, said: step.statement } : null;
}
