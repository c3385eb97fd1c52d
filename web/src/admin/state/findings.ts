import { type Key, t } from "../../i18n/index.svelte";
import { momentText } from "../../i18n/time";
import type { Finding } from "../api/screening";

const SAID: Record<string, Key> = {
  likeness: "admin.finding.likeness",
  volume: "admin.finding.volume",
  lists: "admin.finding.lists",
  burst: "admin.finding.burst",
};

/** Why screening looked twice, in words; a rule that we do not know is told by its name. */
export function sayFinding(one: Finding): string {
  const key = SAID[one.rule];
  if (!key) return one.rule;
  return t(key, { alike: one.alike, since: one.since ? momentText(one.since) : "" });
}
