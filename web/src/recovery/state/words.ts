import { type Key, t } from "../../i18n/index.svelte";
import { momentText } from "../../i18n/time";
import type { Told } from "../api/recovery";

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
  signed_in: "security.signed_in",
  help_begun: "security.help_begun",
  data_breach: "security.data_breach",
  ward_breach: "security.ward_breach",
  restriction_ends: "security.restriction_ends",
  legacy_named: "security.legacy_named",
  legacy_claimed: "security.legacy_claimed",
};

/** What a notice says happened, and to what; a newer server may tell of more than we know. */
export function whatHappened({ what, about }: Told): string {
  const words = t(SAID[what] ?? "security.something");
  return about ? t("security.about", { what: words, name: about }) : words;
}

/** When it was, by which device, and from which network. */
export function whenAndWhere({ at, device_name, place }: Told): string {
  const by = device_name ? t("security.by", { name: device_name }) : "";
  const from = place ? t("security.from", { place }) : "";
  return [momentText(Date.parse(at)), by, from].filter(Boolean).join(" · ");
}
