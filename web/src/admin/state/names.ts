import type { IconName } from "../../design/icons";
import type { GateState } from "../../gate/api/status";
import { DOORS } from "../../gate/state/doors";
import { ApiError } from "../../http/call";
import { sayError } from "../../http/problem";
import { type Key, t } from "../../i18n/index.svelte";
import type { Scope } from "../api/gate";
import type { Role } from "../api/operators";

const NAMES: Record<string, Key> = {
  "region/*": "admin.any.region",
  "region/intl": "region.intl",
  "region/eu": "region.eu",
  "region/cn-mainland": "region.cn",
  "class/*": "admin.any.class",
  "class/personal": "admin.class.personal",
  "class/official": "admin.class.official",
  "class/developer": "admin.class.developer",
  "class/enterprise": "admin.class.enterprise",
  "account/active": "admin.account.active",
  "account/locked": "admin.account.locked",
  "account/suspended": "admin.account.suspended",
  "account/deactivated": "admin.account.deactivated",
  "change/key": "admin.notices.change.key",
  "change/key_revoked": "admin.notices.change.key_revoked",
  "change/set": "admin.notices.change.set",
  "change/ended": "admin.notices.change.ended",
  "change/expired": "admin.notices.change.expired",
  "change/slipped": "admin.notices.change.slipped",
  "change/report": "admin.notices.change.report",
  "change/restored": "admin.notices.change.restored",
  "change/resumed": "admin.notices.change.resumed",
  "change/overridden": "admin.notices.change.overridden",
  "work/running": "admin.notices.work.running",
  "work/stalled": "admin.notices.work.stalled",
  "work/verified": "admin.notices.work.verified",
  "work/failed": "admin.notices.work.failed",
  "request/question": "admin.requests.kind.question",
  "request/access": "admin.requests.kind.access",
  "request/correction": "admin.requests.kind.correction",
  "request/erasure": "admin.requests.kind.erasure",
  "request/complaint": "admin.requests.kind.complaint",
  "request/appeal": "admin.requests.kind.appeal",
  "complaint/event": "admin.complaints.kind.event",
  "complaint/room": "admin.complaints.kind.room",
  "complaint/user": "admin.complaints.kind.user",
  "decision/acted": "admin.complaints.outcome.acted",
  "decision/dismissed": "admin.complaints.outcome.dismissed",
  "finding/open": "admin.findings.state.open",
  "finding/testing": "admin.findings.state.testing",
  "finding/unmended": "admin.findings.state.unmended",
  "finding/closed": "admin.findings.state.closed",
  "finding/rechecking": "admin.findings.state.rechecking",
  "finding/shut": "admin.findings.state.shut",
  "finding/withdrawn": "admin.findings.state.withdrawn",
  "rung/rectify": "admin.findings.rung.rectify",
  "rung/delisted": "admin.findings.rung.delisted",
  "rung/search_banned": "admin.findings.rung.search_banned",
  "rung/shut_down": "admin.findings.rung.shut_down",
  "programme/privacy": "admin.findings.programme.privacy",
  "programme/security": "admin.findings.programme.security",
  "programme/illegality": "admin.findings.programme.illegality",
  "step/evidence": "admin.findings.do.evidence",
  "step/pass": "admin.findings.do.pass",
  "step/fail": "admin.findings.do.fail",
  "step/lapse": "admin.findings.do.lapse",
  "step/delist": "admin.findings.do.delist",
  "step/search_ban": "admin.findings.do.search_ban",
  "step/shut_down": "admin.findings.do.shut_down",
  "step/release": "admin.findings.do.release",
  "step/regress": "admin.findings.do.regress",
  "step/withdraw": "admin.findings.do.withdraw",
  "assess-declared/important_data": "admin.assess.declared.important_data",
  "assess-declared/many_minors": "admin.assess.declared.many_minors",
  "assess-kind/pipia": "admin.assess.kind.pipia",
  "assess-kind/dpia": "admin.assess.kind.dpia",
  "assess-kind/minors": "admin.assess.kind.minors",
  "assess-kind/important_data": "admin.assess.kind.important_data",
  "assess-state/draft": "admin.assess.state.draft",
  "assess-state/asked": "admin.assess.state.asked",
  "assess-state/approved": "admin.assess.state.approved",
  "assess-state/refused": "admin.assess.state.refused",
  "assess-state/expired": "admin.assess.state.expired",
  "assess-state/superseded": "admin.assess.state.superseded",
  "assess-state/withdrawn": "admin.assess.state.withdrawn",
  "assess-do/ask": "admin.assess.do.ask",
  "assess-do/return": "admin.assess.do.return",
  "assess-do/approve": "admin.assess.do.approve",
  "assess-do/refuse": "admin.assess.do.refuse",
  "assess-do/withdraw": "admin.assess.do.withdraw",
  "assess-do/expire": "admin.assess.do.expire",
  "assess-do/supersede": "admin.assess.do.supersede",
  "assess-risk/low": "admin.assess.risk.low",
  "assess-risk/middle": "admin.assess.risk.middle",
  "assess-risk/high": "admin.assess.risk.high",
  "assess-cause/sensitive": "admin.assess.cause.sensitive",
  "assess-cause/automated": "admin.assess.cause.automated",
  "assess-cause/entrusted": "admin.assess.cause.entrusted",
  "assess-cause/provided": "admin.assess.cause.provided",
  "assess-cause/published": "admin.assess.cause.published",
  "assess-cause/minors": "admin.assess.cause.minors",
  "assess-asks/processing": "admin.assess.asks.processing",
  "assess-asks/lawful": "admin.assess.asks.lawful",
  "assess-asks/effects": "admin.assess.asks.effects",
  "assess-asks/measures": "admin.assess.asks.measures",
  "assess-asks/services": "admin.assess.asks.services",
  "assess-asks/kinds": "admin.assess.asks.kinds",
  "assess-asks/quantity": "admin.assess.asks.quantity",
  "assess-asks/risks": "admin.assess.asks.risks",
  "annual-state/draft": "admin.annual.state.draft",
  "annual-state/asked": "admin.annual.state.asked",
  "annual-state/published": "admin.annual.state.published",
  "annual-state/replaced": "admin.annual.state.replaced",
  "annual-state/withdrawn": "admin.annual.state.withdrawn",
  "annual-do/ask": "admin.annual.do.ask",
  "annual-do/return": "admin.annual.do.return",
  "annual-do/publish": "admin.annual.do.publish",
  "annual-do/withdraw": "admin.annual.do.withdraw",
  "threshold/below": "admin.thresholds.level.below",
  "threshold/near": "admin.thresholds.level.near",
  "threshold/reached": "admin.thresholds.level.reached",
  "recovery/asked": "admin.recoveries.state.asked",
  "recovery/waiting": "admin.recoveries.state.waiting",
  "recovery/sent": "admin.recoveries.state.sent",
  "recovery/done": "admin.recoveries.state.done",
  "recovery/declined": "admin.recoveries.state.declined",
  "recovery/stopped": "admin.recoveries.state.stopped",
  "recovery/lapsed": "admin.recoveries.state.lapsed",
  "outcome/answered": "admin.requests.outcome.answered",
  "outcome/granted": "admin.requests.outcome.granted",
  "outcome/partly": "admin.requests.outcome.partly",
  "outcome/refused": "admin.requests.outcome.refused",
  "outcome/matched": "admin.phoneholders.outcome.matched",
  "outcome/not_holder": "admin.phoneholders.outcome.not_holder",
  "outcome/no_age": "admin.phoneholders.outcome.no_age",
  "outcome/away": "admin.phoneholders.outcome.away",
};

function named(kind: string, id: string): string {
  const key = NAMES[`${kind}/${id}`];
  return key ? t(key) : id;
}

export const regionName = (id: string) => named("region", id);
export const className = (id: string) => named("class", id);
export const doorName = (id: string) =>
  id === "*" ? t("admin.any.door") : DOORS[id] ? t(DOORS[id]) : id;
export const changeName = (id: string) => named("change", id);
export const workStateName = (id: string) => named("work", id);
/** What a work is called; an upgrade's was written in one language only. */
export const workTitle = (work: { kind: string; title: string }) =>
  work.kind === "upgrade"
    ? work.title.replace("Security upgrade", t("admin.upgrade.run"))
    : work.title;
export const requestKindName = (id: string) => named("request", id);
export const outcomeName = (id: string) => named("outcome", id);
export const complaintKindName = (id: string) => named("complaint", id);
export const decisionName = (id: string) => named("decision", id);
export const findingStateName = (id: string) => named("finding", id);
export const rungName = (id: string) => named("rung", id);
export const programmeName = (id: string) => named("programme", id);
export const findingActName = (id: string) => named("step", id);
export const assessKindName = (id: string) => named("assess-kind", id);
export const assessStateName = (id: string) => named("assess-state", id);
export const assessActName = (id: string) => named("assess-do", id);
export const riskName = (id: string) => named("assess-risk", id);
export const causeName = (id: string) => named("assess-cause", id);
export const assessQuestion = (id: string) => named("assess-asks", id);
export const declaredName = (id: string) => named("assess-declared", id);
export const annualStateName = (id: string) => named("annual-state", id);
export const annualActName = (id: string) => named("annual-do", id);
export const thresholdLevelName = (id: string) => named("threshold", id);
export const recoveryStateName = (id: string) => named("recovery", id);
export const accountStateName = (id: string) => named("account", id);

export function scopeName(scope: Scope): string {
  return [regionName(scope.region), className(scope.account_class), doorName(scope.door)].join(
    " · ",
  );
}

const ROLES: Record<Role, Key> = {
  owner: "admin.role.owner",
  registrar: "admin.role.registrar",
  moderator: "admin.role.moderator",
  auditor: "admin.role.auditor",
  inspector: "admin.role.inspector",
};

export const roleName = (role: string) => (role in ROLES ? t(ROLES[role as Role]) : role);

/** How a state looks: its words, and a shape of its own, so that colour is never all there is. */
export const STATES: Record<GateState, { key: Key; icon: IconName }> = {
  open: { key: "gate.open", icon: "check" },
  paced: { key: "admin.state.paced", icon: "clock" },
  waitlist: { key: "admin.state.waitlist", icon: "group" },
  invite_only: { key: "admin.state.invite_only", icon: "invite" },
  suspended: { key: "admin.state.suspended", icon: "pause" },
};

export const stateName = (state: GateState) => t(STATES[state].key);

const SAID: Record<string, Key> = {
  "accounts.bad_transition": "admin.error.bad_transition",
  "accounts.not_found": "admin.error.no_account",
  "gate.bad_invite_draft": "admin.error.bad_invite",
  "gate.bad_times": "admin.error.bad_times",
  "gate.bad_binding": "admin.error.bad_binding",
  "gate.needs_two": "admin.error.needs_two",
  "gate.override_gone": "admin.error.override_gone",
  "gate.override_without_reason": "admin.error.override_reason",
  "gate.same_person": "admin.error.same_person",
  "notices.bad_hook": "admin.error.bad_hook",
  "accounts.must_wait": "admin.error.help_under_way",
  "accounts.deactivated": "admin.error.no_account",
  "recovery.help_without_words": "admin.error.help_without_words",
  "recovery.help_under_way": "admin.error.help_under_way",
  "recovery.help_stopped": "admin.error.help_stopped",
  "recovery.too_many_helps": "admin.error.too_many_helps",
  "recovery.help_over": "admin.error.help_over",
  "recovery.second_needed": "admin.error.same_person",
  "recovery.cannot_be_sent": "admin.error.cannot_be_sent",
  "rights.answered": "admin.error.request_answered",
  "rights.no_request": "admin.error.no_request",
  "rights.reasons_needed": "admin.requests.reasons_missing",
  "gate.policy_without_basis": "admin.error.no_basis",
  "gate.policy_without_necessity": "admin.error.no_necessity",
  "gate.policy_without_reason": "admin.error.no_reason",
  "operators.bad_name": "admin.error.bad_name",
  "operators.bad_setup": "admin.error.bad_setup",
  "operators.last_factor": "admin.error.last_factor",
  "operators.passkey_needed": "admin.error.passkey_needed",
  "operators.passkey_refused": "passkeys.error.not_proved",
  "operators.passkeys_impossible": "passkeys.not_here",
  "operators.some_without_passkey": "admin.error.some_without",
  "operators.too_many_passkeys": "passkeys.error.too_many",
  "operators.nothing_pending": "admin.error.nothing_pending",
  "operators.no_authenticator": "admin.error.no_authenticator",
  "operators.last_owner": "admin.error.last_owner",
  "operators.name_taken": "error.name_taken",
  "operators.role": "admin.error.role",
  "operators.weak_password": "admin.error.weak_password",
  "operators.wrong_code": "admin.error.wrong_code",
  "operators.wrong_credentials": "admin.error.wrong_credentials",
  "settings.fixed": "admin.error.fixed",
  "settings.bad_house": "admin.error.bad_house",
  "settings.bad_mail": "admin.error.bad_mail",
  "settings.bad_quiet": "admin.error.bad_quiet",
  "settings.bad_sms": "admin.error.bad_sms",
  "settings.channel_off": "admin.error.channel_off",
  "vault.bad_email": "admin.error.bad_address",
  "vault.bad_phone": "admin.error.bad_number",
  "demo.busy": "admin.error.demo_busy",
  "demo.stands": "admin.error.demo_stands",
  "demo.too_many_people": "admin.error.demo_people",
  "gate.closed": "admin.error.demo_gate",
  "session.unknown": "admin.session_over",
};

/** One sentence about a refusal: what happened, and what to do. */
export function sayRefusal(error: unknown): string {
  const key = error instanceof ApiError ? SAID[error.code] : undefined;
  return key ? t(key) : sayError(error);
}
