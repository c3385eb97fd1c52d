import { isCall } from "../../calls/state/lines";
import { callText } from "../../calls/state/words";
import { t } from "../../i18n/index.svelte";
import type { Room } from "../../rooms/state/room.svelte";
import { isNote, membershipBefore, type RoomEvent, shownOf } from "./events";

/** One line that stands for `event` in a list. */
export function previewOf(event: RoomEvent, room: Room, me: string): string {
  if (isNote(event)) return noteOf(event, room);
  if (isCall(event)) return callText(room.calls.get(event.event_id));
  const said = sayingOf(event);
  const shown = shownOf(event);
  if (shown.kind === "text" && shown.emote) return `${room.nameOf(event.sender)} ${said}`;
  if (event.sender === me || room.direct) return said;
  return t("preview.said", { who: room.nameOf(event.sender), what: said });
}

/** The words of `event` in one line, or what it is instead of words. */
export function sayingOf(event: RoomEvent): string {
  const shown = shownOf(event);
  switch (shown.kind) {
    case "text":
      return shown.text.replace(/\s+/g, " ").slice(0, 200);
    case "image":
      return t("preview.image");
    case "voice":
      return t("preview.voice");
    case "video":
      return t("preview.video");
    case "file":
      return t("preview.file", { name: shown.name });
    case "poll":
      return t("preview.poll", { question: shown.poll.question });
    case "gone":
      return t("message.gone");
    case "withheld":
      return t("message.withheld");
    case "encrypted":
      return t("message.encrypted");
    case "unreadable":
      return t("message.unreadable");
  }
}

/** A sentence for what changed in the room. */
export function noteOf(event: RoomEvent, room: Room): string {
  const who = room.nameOf(event.sender);
  if (event.type === "m.room.create") return t("note.created", { who });
  if (event.type === "m.room.name") {
    const name = String(event.content["name"] ?? "");
    return name ? t("note.named", { who, name }) : t("note.unnamed", { who });
  }
  const whom = room.nameOf(event.state_key ?? "");
  switch (event.content["membership"]) {
    case "join":
      return t("note.joined", { whom });
    case "invite":
      return t("note.invited", { who, whom });
    case "ban":
      return t("note.banned", { who, whom });
    default:
      if (event.sender !== event.state_key) return t("note.removed", { who, whom });
      return membershipBefore(event) === "invite"
        ? t("note.declined", { whom })
        : t("note.left", { whom });
  }
}
