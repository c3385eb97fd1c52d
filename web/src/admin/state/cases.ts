import { fieldOf } from "../../cases/state/evidence";
import { type Key, t } from "../../i18n/index.svelte";
import { momentText } from "../../i18n/time";
import type { CaseDetailWire, QueuedCaseWire, Statement } from "../../wire.gen";

/** Steps of an operator's, in the order of the procedure. */
export const STEPS = [
  "verify",
  "dismiss",
  "order",
  "halt",
  "confirm",
  "release",
  "restrict",
  "suspend",
  "ban",
] as const;
export type StepName = (typeof STEPS)[number];

/** Steps that shut somebody out. */
export const GRAVE: readonly StepName[] = ["halt", "suspend", "ban"];

/** States by what is to be done about them; the queue offers them in this order. */
export const QUEUES = [
  "reported",
  "halted",
  "verified",
  "contested",
  "unmet",
  "restricted",
  "suspended",
  "ordered",
  "complied",
  "banned",
  "dismissed",
  "overturned",
] as const;
export const SANCTIONED = ["halted", "restricted", "suspended", "banned"] as const;
const SAID: Record<StepName, { means: Key; when: Key; key: string }> = {
  verify: { means: "admin.cases.means.verify", when: "admin.cases.when.verify", key: "V" },
  dismiss: { means: "admin.cases.means.dismiss", when: "admin.cases.when.dismiss", key: "D" },
  order: { means: "admin.cases.means.order", when: "admin.cases.when.order", key: "O" },
  halt: { means: "admin.cases.means.halt", when: "admin.cases.when.halt", key: "H" },
  confirm: { means: "admin.cases.means.confirm", when: "admin.cases.when.confirm", key: "F" },
  release: { means: "admin.cases.means.release", when: "admin.cases.when.release", key: "L" },
  restrict: { means: "admin.cases.means.restrict", when: "admin.cases.when.restrict", key: "R" },
  suspend: { means: "admin.cases.means.suspend", when: "admin.cases.when.suspend", key: "S" },
  ban: { means: "admin.cases.means.ban", when: "admin.cases.when.ban", key: "B" },
};
const DECISIONS: readonly string[] = [
  "verify",
  "order",
  "halt",
  "confirm",
  "restrict",
  "suspend",
  "ban",
];
const SECOND_MS = 24 * 3_600_000;

export const stepMeans = (step: StepName) => t(SAID[step].means);
export const stepKey = (step: StepName) => SAID[step].key;
/** Whether a step touches somebody, so that it needs a statement of reasons. */
export const needsReasons = (step: StepName) => step !== "dismiss" && step !== "release";
export const isAnswered = (step: StepName) => step === "dismiss" || step === "order";

/** Who looks, and what the others are called for them. */
export interface Eyes {
  me: string;
  names: ReadonlyMap<string, string>;
}

/** Who took a step: oneself, the author, the clock, or an operator by name where one may know it. */
export function whoDid(actor: string, { me, names }: Eyes): string {
  if (actor === "author") return t("case.by.author");
  if (actor === "house") return t("case.by.house");
  if (actor === me) return t("admin.cases.by_me");
  return names.get(actor) ?? t("admin.cases.by_other");
}

/** Until when somebody has a case; null when nobody has. */
export function claimEnds(one: QueuedCaseWire, now: number): number | null {
  if (!one.claimed_by || !one.claimed_until) return null;
  const ends = Date.parse(one.claimed_until);
  return ends > now ? ends : null;
}

/** Until when another operator can agree to a ban that one asked for; null when none is asked for. */
export function banAskEnds(one: QueuedCaseWire, now: number): number | null {
  if (!one.asked_by || !one.asked_at) return null;
  const ends = Date.parse(one.asked_at) + SECOND_MS;
  return ends > now ? ends : null;
}

const hasDecided = (found: CaseDetailWire, me: string) =>
  found.steps.some((one) => one.actor === me && DECISIONS.includes(one.act));

/** A step, and why this operator cannot take it now; empty when they can. The server decides again. */
export interface Offer {
  step: StepName;
  why: string;
}

export function offersOf(found: CaseDetailWire, eyes: Eyes, now: number): Offer[] {
  return STEPS.map((step) => ({ step, why: whyNot(step, found, eyes, now) }));
}

function whyNot(step: StepName, found: CaseDetailWire, eyes: Eyes, now: number): string {
  const one = found.case;
  if (!found.may.includes(step)) return t(SAID[step].when);
  if (step === "confirm") return hasDecided(found, eyes.me) ? t("admin.cases.why.decided") : "";
  if (step === "ban") {
    const until = banAskEnds(one, now);
    const mine = until !== null && one.asked_by === eyes.me;
    return mine ? t("admin.cases.why.asked", { at: momentText(until) }) : "";
  }
  const ends = claimEnds(one, now);
  if (ends === null || one.claimed_by === eyes.me) return "";
  const who = whoDid(one.claimed_by, eyes);
  return t("admin.cases.why.claimed", { who, at: momentText(ends) });
}

/** Why this operator cannot decide the appeal; empty when they can, or when there is none. */
export function appealWhy(found: CaseDetailWire, eyes: Eyes): string {
  const appeal = found.appeal;
  if (!appeal || appeal.outcome !== null) return "";
  if (hasDecided(found, eyes.me)) return t("admin.cases.why.appeal_mine");
  if (appeal.taken_by && appeal.taken_by !== eyes.me)
    return t("admin.cases.why.appeal_taken", { who: whoDid(appeal.taken_by, eyes) });
  return "";
}

/** The statement of the newest decision, to begin the next one with. */
export function lastStatement(found: CaseDetailWire): Statement | null {
  return found.steps.findLast((one) => one.statement !== null)?.statement ?? null;
}

/** Which parts of a statement of reasons are not there yet. */
export const NEEDED = ["rule_id", "facts", "redress", "materials"] as const;
export const lackingIn = (said: Statement) => NEEDED.filter((part) => said[part].trim() === "");

/** The file that a case shows a picture of; empty when it shows none that can be opened. */
export function pictureOf(found: CaseDetailWire): string {
  const { kind, target } = found.case;
  if (kind === "media") return isPicture(fieldOf(found.evidence, "content_type")) ? target : "";
  const content = fieldOf(found.evidence, "content");
  const isImage = fieldOf(content, "msgtype") === "m.image";
  const address = isImage ? fieldOf(content, "url") : fieldOf(found.evidence, "avatar_url");
  return typeof address === "string" ? (address.split("/").at(-1) ?? "") : "";
}

const isPicture = (type: unknown) => typeof type === "string" && type.startsWith("image/");
