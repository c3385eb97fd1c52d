import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { ApiError, type Json } from "../../http/call";
import { Outbox, type OutboxPorts } from "./outbox.svelte";
import { OutboxStore } from "./outboxStore";

const offline = () => new ApiError(0, "unreachable", "", null, {});
const refused = () => new ApiError(403, "M_FORBIDDEN", "", null, {});

let serial = 0;

function world(script: (Error | null)[] = [], name = `outbox-${Math.random()}`) {
  const sent: { txnId: string; content: Json }[] = [];
  const uploads: string[] = [];
  const waits: number[] = [];
  let idle: () => void = () => undefined;
  const ports: OutboxPorts = {
    store: new OutboxStore(name),
    upload: async (_bytes, file) => {
      uploads.push(file);
      return `mxc://x/${uploads.length}`;
    },
    send: async (_room, txnId, content) => {
      const trouble = script.shift();
      if (trouble) throw trouble;
      sent.push({ txnId, content });
      queueMicrotask(idle);
      return `$${txnId}`;
    },
    now: () => 1,
    newId: () => {
      serial += 1;
      return `t${serial}`;
    },
    pause: async (ms) => {
      waits.push(ms);
    },
  };
  const outbox = new Outbox(ports);
  /** Resolves once `count` messages have been sent. */
  const sentCount = (count: number) =>
    new Promise<void>((resolve) => {
      idle = () => sent.length >= count && resolve();
      idle();
    });
  return { outbox, ports, sent, uploads, waits, sentCount, name };
}

const text = (body: string) => ({ msgtype: "m.text", body });
const until = async (done: () => boolean) => {
  while (!done()) await new Promise((resolve) => setImmediate(resolve));
};

describe("the outbox", () => {
  it("keeps the order through trouble that passes", async () => {
    const { outbox, sent, waits, sentCount } = world([offline(), offline(), null]);
    await Promise.all([
      outbox.add("!r", text("a")),
      outbox.add("!r", text("b")),
      outbox.add("!r", text("c")),
    ]);
    await sentCount(3);
    expect(sent.map((one) => one.content["body"])).toEqual(["a", "b", "c"]);
    expect(waits).toEqual([1000, 2000]);
  });

  it("uses the same transaction id for every try", async () => {
    const { outbox, sent, sentCount } = world([offline()]);
    await outbox.add("!r", text("a"));
    const before = outbox.pending[0]?.txnId;
    await sentCount(1);
    expect(sent[0]?.txnId).toBe(before);
  });

  it("a refused message fails, the next ones go, and it can be sent again", async () => {
    const { outbox, sent, sentCount } = world([refused()]);
    await outbox.add("!r", text("a"));
    await outbox.add("!r", text("b"));
    await sentCount(1);
    const failed = outbox.pending.find((one) => one.failed);
    expect(failed?.content["body"]).toBe("a");
    await outbox.resend(failed?.txnId ?? "");
    await sentCount(2);
    expect(sent.map((one) => one.content["body"])).toEqual(["b", "a"]);
  });

  it("survives a reload, and nothing sent comes back", async () => {
    const first = world([refused(), null]);
    await first.outbox.add("!r", text("kept"));
    await first.outbox.add("!r", text("gone"));
    await first.sentCount(1);
    await until(() => first.outbox.pending.some((one) => one.eventId !== null));
    await until(() => first.outbox.pending.some((one) => one.failed));
    const again = world([], first.name);
    await again.outbox.restore();
    await until(() => again.outbox.pending.length === 1);
    expect(again.outbox.pending[0]).toMatchObject({ failed: true, content: text("kept") });
  });

  it("uploads before it sends, and not twice", async () => {
    const { outbox, sent, uploads, sentCount } = world([offline()]);
    await outbox.add(
      "!r",
      { msgtype: "m.image", body: "tea.png", info: { w: 1 } },
      new Blob(["x"]),
      new Blob(["y"]),
    );
    await sentCount(1);
    expect(uploads).toEqual(["thumbnail", "tea.png"]);
    expect(sent[0]?.content).toMatchObject({
      url: "mxc://x/2",
      info: { w: 1, thumbnail_url: "mxc://x/1" },
    });
  });

  it("lets go of a message when the sync shows it, by transaction or by event", async () => {
    const { outbox, sentCount } = world();
    await outbox.add("!r", text("a"));
    await outbox.add("!r", text("b"));
    await sentCount(2);
    await until(() => outbox.pending.every((one) => one.eventId !== null));
    const [a, b] = outbox.pending;
    outbox.settle([
      { event_id: "$else", unsigned: { transaction_id: a?.txnId ?? "" } },
      { event_id: b?.eventId ?? "" },
    ]);
    expect(outbox.pending).toEqual([]);
  });
});
