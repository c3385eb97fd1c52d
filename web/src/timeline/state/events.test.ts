import { describe, expect, it } from "vitest";
import { isMessage, isNote, type RoomEvent, replacedBy, shownOf } from "./events";

function event(content: Record<string, unknown>, more: Partial<RoomEvent> = {}): RoomEvent {
  return {
    event_id: "$1",
    type: "m.room.message",
    sender: "@a:x",
    origin_server_ts: 1,
    content,
    ...more,
  };
}

describe("shownOf", () => {
  it("shows text, and the newest text of an edited message", () => {
    expect(shownOf(event({ msgtype: "m.text", body: "茶" }))).toMatchObject({
      kind: "text",
      text: "茶",
    });
    const edited = event(
      { msgtype: "m.text", body: "old" },
      {
        unsigned: {
          "m.relations": {
            "m.replace": { content: { "m.new_content": { msgtype: "m.text", body: "new" } } },
          },
        },
      },
    );
    expect(shownOf(edited)).toMatchObject({ text: "new", edited: true });
  });

  it("leaves out the quoted lines of a reply, and only of a reply", () => {
    const body = "> <@b:x> hello\n> there\n\nyes";
    const relation = { "m.in_reply_to": { event_id: "$0" } };
    expect(shownOf(event({ msgtype: "m.text", body, "m.relates_to": relation }))).toMatchObject({
      text: "yes",
    });
    expect(shownOf(event({ msgtype: "m.text", body }))).toMatchObject({ text: body });
  });

  it("says of what is encrypted that it is", () => {
    const sealed = { ...event({ ciphertext: "x" }), type: "m.room.encrypted" };
    expect(shownOf(sealed)).toEqual({ kind: "encrypted" });
  });

  it("does not trust what it is given", () => {
    expect(shownOf(event({ msgtype: "m.image", body: 5, url: 7 }))).toEqual({ kind: "unreadable" });
    expect(
      shownOf(event({ msgtype: "m.image", url: "mxc://x/y", info: { w: "wide", h: -1 } })),
    ).toMatchObject({ width: 0, height: 0 });
    expect(shownOf(event({}))).toMatchObject({ kind: "text", text: "" });
    expect(
      shownOf(
        event({
          msgtype: "m.audio",
          url: "mxc://x/y",
          "org.matrix.msc1767.audio": { waveform: [1, "x", 3] },
        }),
      ),
    ).toMatchObject({
      waveform: [1, 0, 3],
    });
  });

  it("says that a message is withheld, whatever is left of it", () => {
    const unsigned = { "org.teahouse.withheld": true };
    expect(shownOf(event({}, { unsigned }))).toEqual({ kind: "withheld" });
  });

  it("says that a redacted message is gone", () => {
    expect(shownOf(event({}, { unsigned: { redacted_because: {} } }))).toEqual({ kind: "gone" });
  });
});

describe("what stands in a conversation", () => {
  it("an edit is no message of its own", () => {
    const edit = event({
      msgtype: "m.text",
      body: "* x",
      "m.relates_to": { rel_type: "m.replace", event_id: "$0" },
    });
    expect(isMessage(edit)).toBe(false);
    expect(replacedBy(edit)).toBe("$0");
  });

  it("a new picture of a member is no note, a join is", () => {
    const member = (was: string) =>
      event(
        { membership: "join" },
        {
          type: "m.room.member",
          state_key: "@a:x",
          unsigned: { prev_content: { membership: was } },
        },
      );
    expect(isNote(member("join"))).toBe(false);
    expect(isNote(member("invite"))).toBe(true);
  });
});
