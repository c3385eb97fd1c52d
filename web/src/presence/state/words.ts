import { langTag, t } from "../../i18n/index.svelte";
import type { Presence } from "./presence.svelte";

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 86_400_000;

/** Whether somebody is there, in words that grow old by themselves; empty when nothing is told. */
export function presenceText(presence: Presence, userId: string): string {
  const { shown, activeAt } = presence.of(userId);
  if (shown === "online") return t("presence.online");
  const agoMs = activeAt === null ? WEEK_MS : Math.max(0, presence.now - activeAt);
  if (agoMs < WEEK_MS) return t("presence.ago", { when: agoText(agoMs) });
  return shown === "unavailable" ? t("presence.away") : "";
}

/** `5 minutes ago`, in the largest unit that fits. */
export function agoText(agoMs: number): string {
  const words = new Intl.RelativeTimeFormat(langTag(), { numeric: "always" });
  const minutes = Math.max(1, Math.floor(agoMs / MINUTE_MS));
  if (minutes < 60) return words.format(-minutes, "minute");
  if (minutes < 24 * 60) return words.format(-Math.floor(minutes / 60), "hour");
  return words.format(-Math.floor(minutes / (24 * 60)), "day");
}
