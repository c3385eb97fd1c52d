import { type Key, t } from "../../i18n/index.svelte";
import type { OrderWire } from "../../wire.gen";
import { className, regionName } from "./names";

const STATES: Record<string, Key> = {
  received: "admin.order.state.received",
  checked: "admin.order.state.checked",
  seen: "admin.order.state.seen",
  acknowledged: "admin.order.state.acknowledged",
  in_force: "admin.order.state.in_force",
  contested: "admin.order.state.contested",
  declined: "admin.order.state.declined",
  lifted: "admin.order.state.lifted",
  complied: "admin.order.state.complied",
  expired: "admin.order.state.expired",
};
const MEASURES: Record<string, Key> = {
  "*": "admin.order.measure.any",
  stop_registration: "admin.order.measure.stop_registration",
  delist: "admin.order.measure.delist",
  hide_from_search: "admin.order.measure.hide_from_search",
  stop_function: "admin.order.measure.stop_function",
  restrict_country: "admin.order.measure.restrict_country",
};

export const orderStateName = (id: string) => (STATES[id] ? t(STATES[id]) : id);
export const measureName = (id: string) => (MEASURES[id] ? t(MEASURES[id]) : id);

/** Whom an order is about, in words. */
export function scopeName(scope: OrderWire["scope"]): string {
  const parts = [regionName(scope.region ?? "*"), className(scope.account_class ?? "*")];
  return [...parts, ...(scope.country ? [scope.country] : [])].join(" · ");
}

/** What an order of today could look like, to be changed: times are with their zone. */
export function orderTemplate(now: Date): string {
  const at = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toISOString();
  const order = {
    authority: "",
    authority_country: "CN",
    number: "",
    legal_basis: [{ law: "", article: "", order: "" }],
    scope: { region: "*", account_class: "*", country: "" },
    measures: [{ kind: "stop_registration", door: "*", state: "suspended" }],
    received_at: at(0),
    effective_at: at(1),
    deadline_at: at(24),
    ends_at: null,
    confidential: false,
    reason: { zh: "", en: "" },
    evidence: { name: "order.txt", text: "" },
  };
  return JSON.stringify(order, null, 2);
}

/** What a campaign of today could look like, to be changed. */
export function campaignTemplate(now: Date): string {
  const at = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString();
  const campaign = {
    campaign_id: "",
    name: { zh: "", en: "" },
    aim: { zh: "", en: "" },
    mandate: {
      authority: "",
      reference: "",
      legal_basis: [{ law: "", article: "", order: "" }],
    },
    scope: { region: "*", account_class: "*" },
    rules: [{ id: "", conduct: "other", zh: "", en: "", articles: [""], days: 3 }],
    starts_at: at(1),
    ends_at: at(61),
  };
  return JSON.stringify(campaign, null, 2);
}

/** What a request for data could look like, to be changed. */
export function requestTemplate(now: Date): string {
  const request = {
    authority: "",
    authority_country: "CN",
    reference: "",
    legal_basis: [{ law: "", article: "", order: "" }],
    region: "*",
    asked: "",
    accounts_asked: 1,
    received_at: now.toISOString(),
    approval: "",
  };
  return JSON.stringify(request, null, 2);
}

/** What was pasted, as JSON; null when it is no object. */
export function readJson(text: string): unknown {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && !Array.isArray(read) ? read : null;
  } catch {
    return null;
  }
}
