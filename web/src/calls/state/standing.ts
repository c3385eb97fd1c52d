import { sayError } from "../../http/problem";
import { t } from "../../i18n/index.svelte";
import { lengthText } from "../../i18n/time";
import { isOfMedia } from "./engine.svelte";
import type { Call, Ending } from "./model";

/** How a call stands: how long it has been, what is waited for, or why it is over. */
export function standingText(call: Call, now: number, who = ""): string {
  switch (call.phase) {
    case "preparing":
      return t("call.preparing");
    case "ringing":
      return t("call.ringing");
    case "connecting":
      return t(call.connectedAt === null ? "call.connecting" : "call.reconnecting");
    case "connected":
      return lengthText(now - (call.connectedAt ?? now));
    case "ended":
      return endingText(call.ending ?? "hung_up", who);
  }
}

/** What stands in the way, and what to do about it. */
export function troubleText(error: unknown): string {
  if (!isOfMedia(error)) return sayError(error);
  if (error instanceof TypeError) return t("call.error.not_secure");
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError") return t("call.error.refused");
  return t(name === "NotReadableError" ? "call.error.taken" : "call.error.missing");
}

/** Why a call is over, for whoever was in it or waited for it. */
function endingText(ending: Ending, who: string): string {
  switch (ending) {
    case "declined":
      return t("call.end.declined", { who });
    case "unanswered":
      return t("call.end.unanswered", { who });
    case "busy":
      return t("call.end.busy", { who });
    case "no_media":
      return t("call.end.no_media");
    case "unreachable":
      return t("call.end.unreachable");
    case "lost":
      return t("call.end.lost");
    case "failed":
      return t("call.end.failed");
    default:
      return t("call.end.over");
  }
}
