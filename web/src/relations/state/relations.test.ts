import { describe, expect, it } from "vitest";
import { type RoomEvent, repliedTo, shownOf, threadOf } from "../../timeline/state/events";
import { answering, answersOf, editing, lastOwn, reactionsOf, threadsOf } from "./relations";

let count = 0;

function event(content: Record<string, unknown>, more: Partial<RoomEvent> = {}): RoomEvent {
  count += 1;
  return {
    event_id: `$${count}`,
    type: "m.room.message",
    sender: "@a:x",
    origin_server_ts: count,
    content: { msgtype: "m.text", body: "x", ...content },
    ...more,
  };
}

const reaction = (target: string, key: string, sender: string): RoomEvent =>
  event(
    { "m.relates_to": { rel_type: "m.annotation", event_id: target, key } },
    { type: "m.reaction", sender },
  );

describe("reactionsOf", () => {
  it("counts each person once for each sign, and knows ours", () => {
    const signs = reactionsOf(
      [
        reaction("$m", "👍", "@a:x"),
        reaction("$m", "👍", "@a:x"),
        reaction("$m", "👍", "@b:x"),
        reaction("$m", "🍵", "@b:x"),
        reaction("$n", "🍵", "@b:x"),
        { ...reaction("$m", "😂", "@b:x"), content: {}, unsigned: { redacted_because: {} } },
        event({ "m.relates_to": 5 }, { type: "m.reaction" }),
      ],
      "@b:x",
    );
    expect(signs.get("$m")?.map(({ key, senders }) => [key, senders.length])).toEqual([
      ["👍", 2],
      ["🍵", 1],
    ]);
    expect(signs.get("$m")?.every((one) => one.mine !== null)).toBe(true);
    expect(signs.size).toBe(2);
  });
});

describe("threads", () => {
  const thread = { root: "$root", last: "$last" };

  it("hold what answers in them, and fall back to a reply for who knows no threads", () => {
    const plain = event(answering({ msgtype: "m.text", body: "a" }, null, thread));
    const pointed = event(answering({ msgtype: "m.text", body: "b" }, plain, thread));
    expect([threadOf(plain), repliedTo(plain)]).toEqual(["$root", null]);
    expect([threadOf(pointed), repliedTo(pointed)]).toEqual(["$root", plain.event_id]);
    expect(threadsOf([plain, pointed]).get("$root")).toEqual({ count: 2, last: pointed.event_id });
    expect(answersOf("$root", [plain], [plain, pointed])).toEqual([plain, pointed]);
    const gone = { ...plain, content: {}, unsigned: { redacted_because: {} } };
    expect(answersOf("$root", [plain, pointed], [gone])).toEqual([pointed]);
    expect(threadsOf([gone]).size).toBe(0);
  });

  it("are not what a plain answer is", () => {
    const to = event({});
    const answer = event(answering({ body: "b" }, to, null));
    expect([threadOf(answer), repliedTo(answer)]).toEqual([null, to.event_id]);
    expect(answering({ body: "b" }, null, null)).toEqual({ body: "b" });
  });
});

it("an edit says what it changes, and to what", () => {
  const said = event({ msgtype: "m.emote", body: "waves" });
  const content = editing(said, "bows");
  const shown = { ...said, unsigned: { "m.relations": { "m.replace": { content } } } };
  expect(shownOf(shown)).toMatchObject({ text: "bows", emote: true, edited: true });
});

describe("lastOwn", () => {
  it("is what one said last, where one is, if it is words and still there", () => {
    const mine = event({}, { sender: "@me:x" });
    const picture = event({ msgtype: "m.image", url: "mxc://x/y" }, { sender: "@me:x" });
    const gone = event({}, { sender: "@me:x", unsigned: { redacted_because: {} } });
    const relation = { rel_type: "m.thread", event_id: mine.event_id };
    const inThread = event({ "m.relates_to": relation }, { sender: "@me:x" });
    const all = [mine, picture, gone, inThread, event({})];
    expect(lastOwn(all, "@me:x", null)).toBe(mine);
    expect(lastOwn(all, "@me:x", mine.event_id)).toBe(inThread);
    expect(lastOwn([picture, gone], "@me:x", null)).toBeUndefined();
  });
});
