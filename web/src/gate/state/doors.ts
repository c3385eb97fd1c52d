import type { Key } from "../../i18n/index.svelte";

/** What each way in is called. */
export const DOORS: Record<string, Key> = {
  "*": "scope.every_door",
  phone: "contact.phone",
  email: "contact.email",
  oidc: "door.oidc",
  vouching: "door.vouching",
  invite: "door.invite",
  miniprogram: "door.miniprogram",
  official: "door.official",
  official_agency: "door.official_agency",
  video: "door.video",
  enterprise: "door.enterprise",
  provisioning: "door.provisioning",
  admin_import: "door.admin_import",
  child: "door.child",
  recycled_number: "door.recycled_number",
  restore: "door.restore",
  region_change: "door.region_change",
  device_pairing: "door.device_pairing",
  test_account: "door.test_account",
  guest: "door.guest",
};
