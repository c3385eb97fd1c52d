import { type Key, t } from "../../../i18n/index.svelte";

const LEVELS: Record<string, Key> = {
  none: "admin.regimes.level_none",
  phone: "admin.regimes.level_phone",
  id: "admin.regimes.level_id",
};

/** What has to be shown, in words. */
export function levelName(level: string): string {
  return LEVELS[level] ? t(LEVELS[level]) : level;
}
