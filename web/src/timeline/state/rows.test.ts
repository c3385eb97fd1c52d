import { expect, it } from "vitest";
import type { RoomEvent } from "./events";
import type { Pending } from "./outbox.svelte";
import { rowsOf } from "./rows";

const noon = new Date(2026, 10, 21, 12).getTime();

function said(
  event_id: string,
  sender: string,
  minutes: number,
  transaction_id?: string,
): RoomEvent {
  return {
    event_id,
    sender,
    type: "m.room.message",
    origin_server_ts: noon + minutes * 60_000,
    content: { msgtype: "m.text", body: event_id },
    ...(transaction_id ? { unsigned: { transaction_id } } : {}),
  };
}

const pending = (txnId: string, eventId: string | null) => ({ txnId, eventId }) as Pending;
const shape = (rows: ReturnType<typeof rowsOf>) => rows.map((row) => `${row.kind}:${row.key}`);

it("groups what one person says close together, and parts days", () => {
  const rows = rowsOf(
    [said("$1", "a", 0), said("$2", "a", 1), said("$3", "b", 2), said("$4", "b", 60 * 24)],
    [],
    null,
  );
  expect(shape(rows)).toEqual([
    "day:day $1",
    "message:$1",
    "message:$2",
    "message:$3",
    "day:day $4",
    "message:$4",
  ]);
  expect(rows.flatMap((row) => (row.kind === "message" ? [[row.first, row.last]] : []))).toEqual([
    [true, false],
    [false, true],
    [true, true],
    [true, true],
  ]);
});

it("puts the divider where the person left off, and breaks the group there", () => {
  const rows = rowsOf([said("$1", "a", 0), said("$2", "a", 1)], [], "$1");
  expect(shape(rows)).toEqual(["day:day $1", "message:$1", "divider:divider", "message:$2"]);
  expect(rows[3]).toMatchObject({ first: true });
});

it("shows a message on its way once, under one key before and after", () => {
  const before = rowsOf([], [pending("t1", null)], null);
  const after = rowsOf([said("$1", "me", 0, "t1")], [pending("t1", "$1")], null);
  expect(shape(before)).toEqual(["pending:t1"]);
  expect(shape(after)).toEqual(["day:day $1", "message:t1"]);
  expect(shape(rowsOf([said("$1", "me", 0)], [pending("t1", "$1")], null))).toEqual([
    "day:day $1",
    "message:$1",
  ]);
});

it("parts what is said in a thread from the messages around it", () => {
  const relation = { rel_type: "m.thread", event_id: "$1" };
  const answer = said("$2", "a", 1);
  const inThread = { ...answer, content: { ...answer.content, "m.relates_to": relation } };
  const rows = rowsOf([said("$1", "a", 0), inThread, said("$3", "a", 2)], [], null);
  expect(shape(rows)).toEqual(["day:day $1", "message:$1", "answer:$2", "message:$3"]);
  expect(rows[1]).toMatchObject({ last: true });
});

it("parts the end of a poll from the messages around it", () => {
  const end: RoomEvent = {
    ...said("$2", "a", 1),
    type: "org.matrix.msc3381.poll.end",
    content: { "m.relates_to": { rel_type: "m.reference", event_id: "$poll" } },
  };
  const rows = rowsOf([said("$1", "a", 0), end, said("$3", "a", 2)], [], null);
  expect(shape(rows)).toEqual(["day:day $1", "message:$1", "ended:$2", "message:$3"]);
  expect(rows[2]).toMatchObject({ poll: "$poll" });
  expect(rows[1]).toMatchObject({ last: true });
});
