import type { GateState } from "../../gate/api/status";
import { type Key, t } from "../../i18n/index.svelte";
import { momentText } from "../../i18n/time";
import type { AuditEntry } from "../api/audit";
import type { StageRules } from "../api/standing";
import { sayWhy } from "./channels";
import { dataClassName } from "./classes";
import {
  accountStateName,
  className,
  doorName,
  outcomeName,
  regionName,
  roleName,
  STATES,
  stateName,
} from "./names";
import { differences, STAGES, stageName, typed } from "./stages";

const KEYS: Record<string, Key> = {
  state: "admin.fact.state",
  pace_per_minute: "admin.fact.pace_per_minute",
  from: "admin.fact.from",
  until: "admin.fact.until",
  reason: "admin.fact.reason",
  cause: "admin.fact.cause",
  by: "admin.fact.by",
  found: "admin.fact.found",
  role: "admin.fact.role",
  uses: "admin.fact.uses",
  device_id: "admin.fact.device_id",
  invited_by: "admin.fact.invited_by",
  scopes_changed: "admin.fact.scopes_changed",
  scopes_unchanged: "admin.fact.scopes_unchanged",
  in_flight_refused: "admin.fact.in_flight_refused",
  existing_people: "admin.fact.existing_people",
  limits_speaking: "admin.fact.limits_speaking",
  per_day: "admin.fact.per_day",
  appealed: "admin.fact.appealed",
  asks_reason: "admin.fact.asks_reason",
  report_digest: "admin.fact.report_digest",
  realname: "admin.fact.realname",
  what: "admin.fact.what",
  kind: "admin.fact.kind",
  title: "admin.fact.title",
  places: "admin.fact.places",
  made: "admin.fact.made",
  url: "admin.fact.url",
  namespaces: "admin.fact.namespaces",
  label: "admin.fact.label",
  needed: "admin.fact.needed",
  template: "admin.fact.template",
  words: "admin.fact.words",
  mode: "admin.fact.mode",
  stolen: "admin.fact.stolen",
  amount: "admin.fact.amount",
  action: "admin.fact.action",
  version: "admin.fact.version",
  count: "admin.fact.count",
  days: "admin.fact.days",
  stage: "admin.fact.stage",
  rows: "admin.fact.rows",
  ready: "admin.fact.ready",
  rule: "admin.fact.rule",
  outcome: "admin.fact.outcome",
  verifier: "admin.fact.verifier",
  years: "admin.fact.years",
  borderline: "admin.fact.borderline",
  channel: "admin.fact.channel",
  ok: "admin.fact.ok",
  open: "admin.fact.open",
  passkeys_required: "admin.fact.passkeys_required",
  accounts: "admin.fact.accounts",
  after: "admin.fact.after",
  amount_before: "admin.fact.amount_before",
  asked: "admin.fact.asked",
  before: "admin.fact.before",
  called: "admin.fact.called",
  decision: "admin.fact.decision",
  expected: "admin.fact.expected",
  factor: "admin.fact.factor",
  failures: "admin.fact.failures",
  fields: "admin.fact.fields",
  help: "admin.fact.help",
  key: "admin.fact.key",
  late: "admin.fact.late",
  mode_before: "admin.fact.mode_before",
  names: "admin.fact.names",
  promised: "admin.fact.promised",
  result: "admin.fact.result",
  sent: "admin.fact.sent",
  session: "admin.fact.session",
  tables: "admin.fact.tables",
  to: "admin.fact.to",
  upheld: "admin.fact.upheld",
  why: "admin.fact.why",
  work: "admin.fact.work",
  act: "admin.fact.act",
  complete: "admin.fact.complete",
  deleted: "admin.fact.deleted",
  erased: "admin.fact.erased",
  locked: "admin.fact.locked",
  log_pos: "admin.fact.log_pos",
  made_at: "admin.fact.made_at",
  missing: "admin.fact.missing",
  rate: "admin.fact.rate",
  rewrapped: "admin.fact.rewrapped",
  sha256: "admin.fact.sha256",
  locked_sha256: "admin.fact.locked_sha256",
  handing: "admin.fact.handing",
  since: "admin.fact.since",
  authority: "admin.fact.authority",
  number: "admin.fact.number",
  touched: "admin.fact.touched",
  shut: "admin.fact.shut",
  clock: "admin.fact.clock",
  level: "admin.fact.level",
  severity: "admin.fact.severity",
  need: "admin.fact.need",
  asker: "admin.fact.asker",
  second: "admin.fact.second",
  revoked: "admin.fact.revoked",
  lost: "admin.fact.lost",
  kept_by: "admin.fact.kept_by",
};
const SCOPE: Record<string, (id: string) => string> = {
  region: regionName,
  account_class: className,
  class: className,
  door: doorName,
};

/** Words for what is written as one of a few; anything else stands as it is. */
const VALUES: Record<string, Record<string, Key>> = {
  mode: { off: "admin.rules.off", watch: "admin.rules.watch", on: "admin.rules.on" },
  decision: {
    stage: "admin.rules.do_stage",
    review: "admin.rules.do_review",
    ignore: "admin.rules.do_ignore",
  },
  factor: {
    passkey: "admin.fact.by_passkey",
    authenticator: "admin.fact.by_authenticator",
    recovery: "admin.fact.by_recovery",
  },
  names: {
    operator_name: "admin.house.name",
    operator_contact: "admin.house.contact",
    profile: "admin.house.profile",
    smtp_url: "admin.adapters.mail",
    mail_from: "admin.adapters.from",
    sms_url: "admin.adapters.sms",
    sms_token: "admin.adapters.token",
    upgrade_quiet_hours: "admin.quiet.hours",
    upgrade_quiet_zone: "admin.quiet.zone",
  },
  fields: {
    name: "official.name",
    subject_kind: "official.kind",
    subject_name: "official.subject_name",
  },
  by: { user: "name.username", phone: "contact.phone", email: "contact.email" },
  action: {
    deny: "admin.rules.action_deny",
    hold: "admin.rules.action_hold",
    limit: "admin.rules.action_limit",
    allow: "admin.rules.action_allow",
  },
  realname: {
    none: "admin.regimes.level_none",
    phone: "admin.regimes.level_phone",
    id: "admin.regimes.level_id",
  },
  channel: { mail: "admin.adapters.mail", sms: "admin.adapters.sms" },
  need: {
    request: "unsealing.need.request",
    case: "unsealing.need.case",
    recovery: "unsealing.need.recovery",
    fault: "unsealing.need.fault",
    authority: "unsealing.need.authority",
    danger: "unsealing.need.danger",
  },
};
const MOMENTS = new Set(["from", "until", "before", "promised", "expected", "made_at", "since"]);

/**
 * What an audit entry says of its act, line by line, in words; what we do not know is told as it
 * was written, so that nothing stays unseen. `who` names an operator by id.
 */
export function factsOf(entry: AuditEntry, who: (id: string) => string): string[] {
  const found = { ...entry.detail, ...entry.reach };
  if (entry.act === "standing.rules_set" && found.before) return rulesChanged(found);
  const lines: string[] = [];
  const scope = Object.entries(SCOPE).filter(([name]) => name in found);
  if (scope.length > 0) {
    const words = scope.map(([name, say]) => say(String(found[name])));
    lines.push(`${t("admin.fact.scope")}: ${words.join(" · ")}`);
  }
  for (const [name, value] of Object.entries(found)) {
    if (name in SCOPE || value === null || value === "") continue;
    lines.push(fact(entry.act, name, value, who));
  }
  return lines;
}

function rulesChanged(found: Record<string, unknown>): string[] {
  return differences(typed(found.before as StageRules), typed(found as unknown as StageRules));
}

function fact(act: string, name: string, value: unknown, who: (id: string) => string): string {
  if (name === "from" && (act.startsWith("accounts.") || act.startsWith("standing.")))
    return `${t("admin.fact.was")}: ${stateOrStage(String(value))}`;
  const key = KEYS[name];
  const word = isOfClasses(act, name) ? "admin.upgrade.what" : key;
  return `${word ? t(word) : name}: ${said(name, value, who, act)}`;
}

/** The plan of an upgrade names classes of data, where the settings name what was changed. */
const isOfClasses = (act: string, name: string) => name === "names" && act.startsWith("upgrades.");

function said(name: string, value: unknown, who: (id: string) => string, act: string): string {
  if (typeof value === "boolean") return t(value ? "admin.fact.yes" : "admin.fact.no");
  if (Array.isArray(value))
    return value.map((one) => said(name, one, who, act)).join(t("admin.comma"));
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  if (isOfClasses(act, name)) return dataClassName(text);
  const word = VALUES[name.replace("_before", "")]?.[text];
  if (word) return t(word);
  if (MOMENTS.has(name)) return Number.isNaN(Date.parse(text)) ? text : momentText(text);
  const words: Record<string, () => string> = {
    state: () => (text in STATES ? stateName(text as GateState) : text),
    role: () => roleName(text),
    outcome: () => outcomeName(text),
    to: () => stateOrStage(text),
    stage: () => stateOrStage(text),
    why: () => (act.startsWith("settings.") ? sayCause(text) : text),
    invited_by: () => who(text),
    asker: () => who(text),
    second: () => who(text),
  };
  return words[name]?.() ?? text;
}

const sayCause = (why: string): string =>
  why === "test_mode" ? t("admin.adapters.kept") : sayWhy(why, null);

const stateOrStage = (id: string): string =>
  STAGES.some((one) => one === id) ? stageName(id) : accountStateName(id);
