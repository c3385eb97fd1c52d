import type { Key } from "../../i18n/index.svelte";

const SAID: Record<string, Key> = {
  password_set: "security.password_set",
  contact_added: "security.contact_added",
  contact_changed: "security.contact_changed",
  contact_removed: "security.contact_removed",
  contact_undone: "security.contact_undone",
  contact_claimed: "security.contact_claimed",
  contact_lost: "security.contact_lost",
  codes_made: "security.codes_made",
  return_begun: "security.return_begun",
  return_cancelled: "security.return_cancelled",
  return_done: "security.return_done",
  leaving: "security.leaving",
  restored: "security.restored",
  provider_linked: "security.provider_linked",
  provider_unlinked: "security.provider_unlinked",
  passkey_added: "security.passkey_added",
  passkey_removed: "security.passkey_removed",
  device_paired: "security.device_paired",
  vouch_barred: "security.vouch_barred",
  vouch_lifted: "security.vouch_lifted",
};

/** What a notice says happened; a newer server may tell of more than we know. */
export function whatHappened(what: string): Key {
  return SAID[what] ?? "security.something";
}
