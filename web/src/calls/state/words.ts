import { t, tn } from "../../i18n/index.svelte";
import type { Line } from "./lines";

/** One line for a call in the conversation and in the list of chats. */
export function callText(line: Line | undefined): string {
  if (!line) return "";
  const { video } = line;
  switch (line.outcome) {
    case "talked": {
      const what = video ? t("call.video") : t("call.voice");
      return line.lengthMs === null
        ? what
        : t("call.talked", { what, length: length(line.lengthMs) });
    }
    case "under_way":
      return t(video ? "call.line.video_now" : "call.line.voice_now");
    case "missed":
      return t(video ? "call.line.video_missed" : "call.line.voice_missed");
    case "unanswered":
      return t("call.line.unanswered");
    case "cancelled":
      return t("call.line.cancelled");
    case "declined":
      return t("call.line.declined");
    case "failed":
      return t("call.line.failed");
  }
}

function length(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? tn("call.seconds", seconds) : tn("call.minutes", Math.round(seconds / 60));
}
