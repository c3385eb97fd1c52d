import { currentLang, type Key, t } from "../../i18n/index.svelte";
import type { ContentRule } from "../../wire.gen";

/** What cases are called, for authors and operators alike. */
const NAMES: Record<string, Key> = {
  "state/reported": "case.state.reported",
  "state/verified": "case.state.verified",
  "state/ordered": "case.state.ordered",
  "state/contested": "case.state.contested",
  "state/halted": "case.state.halted",
  "state/complied": "case.state.complied",
  "state/unmet": "case.state.unmet",
  "state/restricted": "case.state.restricted",
  "state/suspended": "case.state.suspended",
  "state/banned": "case.state.banned",
  "state/dismissed": "case.state.dismissed",
  "state/overturned": "case.state.overturned",
  "kind/message": "case.kind.message",
  "kind/profile": "case.kind.profile",
  "kind/room": "case.kind.room",
  "kind/media": "case.kind.media",
  "kind/official": "case.kind.official",
  "kind/account": "case.kind.account",
  "act/verify": "case.act.verify",
  "act/dismiss": "case.act.dismiss",
  "act/order": "case.act.order",
  "act/comply": "case.act.comply",
  "act/contest": "case.act.contest",
  "act/confirm": "case.act.confirm",
  "act/halt": "case.act.halt",
  "act/release": "case.act.release",
  "act/expire": "case.act.expire",
  "act/lapse": "case.act.lapse",
  "act/restrict": "case.act.restrict",
  "act/suspend": "case.act.suspend",
  "act/ban": "case.act.ban",
  "act/overturn": "case.act.overturn",
  "decider/person": "case.decider.person",
  "decider/assisted": "case.decider.assisted",
  "decider/automatic": "case.decider.automatic",
};

function named(kind: string, id: string): string {
  const key = NAMES[`${kind}/${id}`];
  return key ? t(key) : id.replaceAll("_", " ");
}

export const caseStateName = (id: string) => named("state", id);
export const caseKindName = (id: string) => named("kind", id);
export const caseActName = (id: string) => named("act", id);
export const deciderName = (id: string) => named("decider", id);

/** A rule in the language of the interface; what has no words any more, by its name. */
export const ruleText = (rule: ContentRule | null | undefined, id = ""): string =>
  rule ? rule[currentLang()] : id;
