import { type Key, t } from "../../i18n/index.svelte";

const STATES: Record<string, Key> = {
  proposed: "admin.registers.state.proposed",
  agreed: "admin.registers.state.agreed",
  in_use: "admin.registers.state.in_use",
  ended: "admin.registers.state.ended",
  cleared: "admin.registers.state.cleared",
  dropped: "admin.registers.state.dropped",
};
const WAYS: Record<string, Key> = {
  sms: "admin.registers.way.sms",
  mail: "admin.registers.way.mail",
  realname: "admin.registers.way.realname",
  phone_holder: "admin.registers.way.phone_holder",
  oidc: "admin.registers.way.oidc",
  push: "admin.registers.way.push",
  bridges: "admin.registers.way.bridges",
  relay: "admin.registers.way.relay",
  files: "admin.registers.way.files",
  keys: "admin.registers.way.keys",
  webhooks: "admin.registers.way.webhooks",
  pages: "admin.registers.way.pages",
  engines: "admin.registers.way.engines",
};
const FITS: Record<string, Key> = {
  good: "admin.registers.fit.good",
  none: "admin.registers.fit.none",
  ended: "admin.registers.fit.ended",
  expired: "admin.registers.fit.expired",
  abroad: "admin.registers.fit.abroad",
};
const LABELS: Record<string, Key> = {
  general: "admin.registers.label.general",
  personal: "admin.registers.label.personal",
  sensitive: "admin.registers.label.sensitive",
  important: "admin.registers.label.important",
  core: "admin.registers.label.core",
};
const KINDS: Record<string, Key> = {
  table: "admin.registers.kind.table",
  column: "admin.registers.kind.column",
  bucket: "admin.registers.kind.bucket",
};
const MODES: Record<string, Key> = {
  off: "admin.registers.mode.off",
  warn: "admin.registers.mode.warn",
  on: "admin.registers.mode.on",
};
const ROLES: Record<string, Key> = {
  own: "admin.registers.role.own",
  processor: "admin.registers.role.processor",
  controller: "admin.registers.role.controller",
};

const CLEARINGS: Record<string, Key> = {
  deleted: "admin.registers.deleted",
  returned: "admin.registers.returned",
  unreadable: "admin.registers.unreadable",
};

const TRANSFER_STATES: Record<string, Key> = {
  proposed: "admin.registers.state.proposed",
  in_force: "admin.registers.transfer.in_force",
  ended: "admin.registers.state.ended",
  dropped: "admin.registers.state.dropped",
};
const MECHANISMS: Record<string, Key> = {
  exempt: "admin.registers.mechanism.exempt",
  contract: "admin.registers.mechanism.contract",
  certification: "admin.registers.mechanism.certification",
  assessment: "admin.registers.mechanism.assessment",
};

const named = (names: Record<string, Key>, id: string) => (names[id] ? t(names[id]) : id);

export const processorStateName = (id: string) => named(STATES, id);
export const wayName = (id: string) => named(WAYS, id);
export const fitName = (id: string) => named(FITS, id);
export const labelName = (id: string) => named(LABELS, id);
export const storeKindName = (id: string) => named(KINDS, id);
export const modeText = (id: string) => named(MODES, id);
export const processorRoleName = (id: string) => named(ROLES, id);

export const clearedBy = (id: string) => named(CLEARINGS, id);
/** How it may be said what became of data; the last one needs a key. */
export const CLEARED_BY = Object.keys(CLEARINGS);

export const transferStateName = (id: string) => named(TRANSFER_STATES, id);
export const mechanismName = (id: string) => named(MECHANISMS, id);

/** The labels from the lowest on, to count by. */
export const LABEL_ORDER = Object.keys(LABELS);

/** What a processor of today could look like, to be changed. */
export function processorTemplate(now: Date): string {
  const until = new Date(now.getTime() + 365 * 86_400_000).toISOString().slice(0, 10);
  const both = { zh: "", en: "" };
  const processor = {
    processor_id: "",
    name: both,
    contact: "",
    country: "CN",
    role: "processor",
    contract: "",
    contract_until: until,
    ways: ["sms"],
    hosts: [""],
    purposes: ["accounts.phone", "accounts.code"],
    what: both,
    why: both,
    when: both,
    others: [],
  };
  return JSON.stringify(processor, null, 2);
}

/** What a transfer of today could look like, to be changed. */
export function transferTemplate(now: Date): string {
  const until = new Date(now.getTime() + 365 * 86_400_000).toISOString().slice(0, 10);
  const transfer = {
    transfer_id: "",
    recipient: "",
    country: "SG",
    mechanism: "contract",
    reference: "",
    until,
    purposes: ["accounts.phone", "accounts.code"],
  };
  return JSON.stringify(transfer, null, 2);
}
