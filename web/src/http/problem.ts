import type { Key } from "../i18n/index.svelte";
import { t } from "../i18n/index.svelte";
import { sayRefused } from "../i18n/refused.svelte";
import { momentText } from "../i18n/time";
import { ApiError } from "./call";

/** What we say for the refusals that people often meet; the rest is told as the server says it. */
const SAID: Record<string, Key> = {
  unreachable: "error.unreachable",
  M_LIMIT_EXCEEDED: "error.too_fast",
  M_FORBIDDEN: "error.forbidden",
  M_TOO_LARGE: "error.too_large",
  M_USER_LOCKED: "error.locked",
  "accounts.cannot_return": "back.error.cannot",
  "accounts.just_changed": "security.error.just_changed",
  "accounts.last_way": "security.error.last_way",
  "accounts.link_over": "back.error.link_over",
  "accounts.must_wait": "back.error.wait",
  "accounts.number_held": "sign_up.error.held",
  "accounts.number_waits": "sign_up.error.waits",
  "accounts.too_many_contacts": "security.error.too_many",
  "oidc.flow_over": "provider.error.over",
  "oidc.linked_elsewhere": "provider.error.linked",
  "accounts.bad_localpart": "error.bad_name",
  "accounts.busy": "error.server",
  "accounts.contact_in_use": "error.contact_in_use",
  "accounts.contact_kind_off": "error.contact_kind_off",
  "accounts.locked": "error.locked",
  "accounts.name_taken": "error.name_taken",
  "accounts.suspended": "error.suspended",
  "accounts.too_many_codes": "error.too_many_codes",
  "accounts.weak_password": "error.weak_password",
  "accounts.wrong_code": "error.wrong_code",
  "accounts.wrong_credentials": "error.wrong_credentials",
  "consent.stale_policy": "error.stale_policy",
  "gate.bad_invite": "error.bad_invite",
  "gate.no_registration": "error.no_registration",
  "gate.paced": "error.paced",
  "gate.turned_away": "error.turned_away",
  "gate.wrong_contact": "error.wrong_contact",
  "gate.wrong_step": "error.no_registration",
  "grants.not_found": "grants.over",
  "guardians.bad_month": "guardians.error.bad_month",
  "guardians.no_ask": "guardians.error.no_ask",
  "guardians.no_child": "guardians.error.no_child",
  "guardians.not_a_child": "guardians.error.not_a_child",
  "guardians.not_a_guardian": "guardians.error.not_a_guardian",
  "guardians.too_many": "guardians.error.too_many",
  "imports.no_arrival": "arrival.error.over",
  "realnames.bad_identity": "realnames.error.bad_identity",
  "realnames.consent_needed": "realnames.error.consent",
  "realnames.no_provider": "realnames.error.no_provider",
  "realnames.not_confirmed": "realnames.error.not_confirmed",
  "realnames.provider_away": "realnames.error.away",
  "realnames.too_many": "realnames.error.too_many",
  "regimes.no_task": "tasks.error.no_task",
  "regimes.words_needed": "tasks.error.words",
  "regimes.wrong_state": "tasks.error.wrong_state",
  "passkeys.already_there": "passkeys.error.already_there",
  "passkeys.cancelled": "passkeys.error.cancelled",
  "passkeys.not_here": "passkeys.not_here",
  "passkeys.not_proved": "passkeys.error.not_proved",
  "passkeys.too_many": "passkeys.error.too_many",
  "pairing.not_found": "pair.expired",
  "pairing.wrong_number": "pair.error.wrong_number",
  "screening.bad_proof": "error.bad_proof",
  "screening.budget_spent": "error.budget_spent",
  "screening.looks_made": "error.looks_made",
  "screening.mail_refused": "error.mail_refused",
  "screening.network_refused": "error.network_refused",
  "screening.proof_needed": "error.bad_proof",
  "screening.too_many": "error.too_many_here",
  "officials.change_decided": "official.error.decided",
  "officials.change_waits": "official.error.waits",
  "officials.nothing_changed": "official.error.nothing",
  "officials.bad_licence": "error.bad_licence",
  "officials.bad_name": "error.bad_official_name",
  "waitlist.has_account": "wait.has_account",
  "waitlist.no_need": "wait.no_need",
  "waitlist.no_place": "wait.no_place",
};

/** What is told of something that is labelled above one's age: Matrix has one word for it. */
const ABOVE = ["age", "unknown_age", "guardian", "borderline"];

/** Whether speaking waits until something that is asked of one is done. */
export function isSilenced(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403 && error.body["why"] === "realname";
}

/** One sentence for a person about `error`: what happened, and what to do where we know. */
export function sayError(error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.unknown");
  if (isSilenced(error)) return t("tasks.error.silenced");
  const key = SAID[error.code];
  // A limit of new accounts says which act it is about; Matrix has one word for every limit.
  if ("stage" in error.body && "act" in error.body)
    return t(error.status === 429 ? "error.standing_limit" : "error.too_new");
  // A minor's night, or the end of their time: Matrix has one word for it, and this says until when.
  if (error.code === "M_FORBIDDEN" && typeof error.body["until"] === "string")
    return t("error.not_now", { at: momentText(error.body["until"]) });
  const why = String(error.body["why"]);
  const isAbove = error.code === "M_FORBIDDEN" || error.code === "ratings.above_age";
  if (isAbove && "articles" in error.body && ABOVE.includes(why))
    return t(`ratings.refused.${why}` as Key);
  if (key) return t(key);
  const said = sayRefused(error.code);
  if (said) return said;
  if (error.status === 429) return t("error.too_fast");
  if (error.status >= 500) return t("error.server");
  return error.message || t("error.unknown");
}
