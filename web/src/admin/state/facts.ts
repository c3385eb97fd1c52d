import type { GateState } from "../../gate/api/status";
import { type Key, t } from "../../i18n/index.svelte";
import { momentText } from "../../i18n/time";
import type { AuditEntry } from "../api/audit";
import {
  accountStateName,
  className,
  doorName,
  regionName,
  roleName,
  STATES,
  stateName,
} from "./names";

const KEYS: Record<string, Key> = {
  state: "admin.fact.state",
  pace_per_minute: "admin.fact.pace_per_minute",
  from: "admin.fact.from",
  until: "admin.fact.until",
  reason: "admin.fact.reason",
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
  asks_reason: "admin.fact.asks_reason",
  report_digest: "admin.fact.report_digest",
  realname: "admin.fact.realname",
  what: "admin.fact.what",
  kind: "admin.fact.kind",
  title: "admin.fact.title",
  places: "admin.fact.places",
  made: "admin.fact.made",
  url: "admin.fact.url",
  label: "admin.fact.label",
  needed: "admin.fact.needed",
  template: "admin.fact.template",
  words: "admin.fact.words",
  mode: "admin.fact.mode",
  amount: "admin.fact.amount",
  action: "admin.fact.action",
  version: "admin.fact.version",
  count: "admin.fact.count",
  days: "admin.fact.days",
  stage: "admin.fact.stage",
  rows: "admin.fact.rows",
  ready: "admin.fact.ready",
  outcome: "admin.fact.outcome",
  channel: "admin.fact.channel",
  ok: "admin.fact.ok",
  open: "admin.fact.open",
  passkeys_required: "admin.fact.passkeys_required",
};
const SCOPE: Record<string, (id: string) => string> = {
  region: regionName,
  account_class: className,
  class: className,
  door: doorName,
};

/**
 * What an audit entry says of its act, line by line, in words; what we do not know is told as it
 * was written, so that nothing stays unseen. `who` names an operator by id.
 */
export function factsOf(entry: AuditEntry, who: (id: string) => string): string[] {
  const found = { ...entry.detail, ...entry.reach };
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

function fact(act: string, name: string, value: unknown, who: (id: string) => string): string {
  const yesNo = typeof value === "boolean" ? t(value ? "admin.fact.yes" : "admin.fact.no") : null;
  const text = yesNo ?? (typeof value === "object" ? JSON.stringify(value) : String(value));
  if (act.startsWith("accounts.") && name === "from")
    return `${t("admin.fact.was")}: ${accountStateName(text)}`;
  const key = KEYS[name];
  const words: Record<string, () => string> = {
    state: () => (text in STATES ? stateName(text as GateState) : text),
    role: () => roleName(text),
    from: () => momentText(text),
    until: () => momentText(text),
    invited_by: () => who(text),
  };
  return `${key ? t(key) : name}: ${words[name]?.() ?? text}`;
}
