import { type Key, t } from "../../i18n/index.svelte";

const CLASSES: Record<string, Key> = {
  kek: "admin.upgrade.class.kek",
  dek: "admin.upgrade.class.dek",
  index: "admin.upgrade.class.index",
  house: "admin.upgrade.class.house",
  passwords: "admin.upgrade.class.passwords",
  pepper: "admin.upgrade.class.pepper",
  session: "admin.upgrade.class.session",
  signing: "admin.upgrade.class.signing",
};

/** A class of data that is kept under keys, in words. */
export function dataClassName(id: string): string {
  return CLASSES[id] ? t(CLASSES[id]) : id;
}
