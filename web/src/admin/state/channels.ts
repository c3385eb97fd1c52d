import { type Key, t } from "../../i18n/index.svelte";
import type { Tested } from "../api/settings";

const WHY: Record<string, Key> = {
  unreachable: "admin.why.unreachable",
  timeout: "admin.why.timeout",
  tls: "admin.why.tls",
  password: "admin.why.password",
  sender: "admin.why.sender",
  recipient: "admin.why.recipient",
  address: "admin.why.address",
  answer: "admin.why.answer",
  protocol: "admin.why.protocol",
  register: "admin.why.register",
};

/** Why a message did not leave, in a sentence, with the other side's number when it gave one. */
export function sayWhy(why: string, status: number | null): string {
  const sentence = t(WHY[why] ?? "admin.why.unknown");
  return status ? `${sentence} (${status})` : sentence;
}

export function sayTested(tested: Tested): string {
  if (!tested.sent) return sayWhy(tested.why, tested.status);
  if (tested.why === "test_mode") return t("admin.adapters.kept");
  return t("admin.adapters.handed_over", { ms: tested.took_ms });
}
