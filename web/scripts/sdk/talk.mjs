// What is said in a room of two, all of it encrypted: edits, reactions, threads, receipts, files.
import { EventTimeline, ReceiptType, THREAD_RELATION_TYPE } from "matrix-js-sdk";
import { report, until } from "./person.mjs";

/** Make an encrypted room and bring the other one in. */
export async function meet(alice, bob) {
  const { room_id: roomId } = await alice.client.createRoom({
    preset: "trusted_private_chat",
    name: "茶馆",
    topic: "今晚",
    is_direct: true,
    invite: [bob.id],
    initial_state: [
      {
        type: "m.room.encryption",
        state_key: "",
        content: { algorithm: "m.megolm.v1.aes-sha2" },
      },
    ],
  });
  const asked = await bob.in(roomId, "invite");
  const inviter = asked.getDMInviter();
  await bob.client.joinRoom(roomId);
  await bob.in(roomId);
  await alice.in(roomId);
  await until("the other is in", () => alice.room(roomId).getJoinedMemberCount() === 2);
  report("room", { inviter, encrypted: await bob.crypto.isEncryptionEnabledInRoom(roomId) });
  return roomId;
}

/** Say, answer, change, react, take back. */
export async function converse(alice, bob, roomId) {
  const first = await alice.say(roomId, "今晚喝茶 🍵");
  const heard = await bob.event(roomId, first);
  const reply = await bob.say(roomId, "七点", {
    "m.relates_to": { "m.in_reply_to": { event_id: first } },
  });
  const answered = (await alice.event(roomId, reply)).replyEventId;
  await alice.say(roomId, "* 明晚喝茶", {
    "m.new_content": { msgtype: "m.text", body: "明晚喝茶" },
    "m.relates_to": { rel_type: "m.replace", event_id: first },
  });
  await until("the edit", () => heard.getContent().body === "明晚喝茶");
  const relates = { rel_type: "m.annotation", event_id: first, key: "👍" };
  const reaction = await bob.client.sendEvent(roomId, "m.reaction", { "m.relates_to": relates });
  const reactions = () =>
    alice
      .room(roomId)
      .relations.getChildEventsForEvent(first, "m.annotation", "m.reaction")
      ?.getSortedAnnotationsByKey()
      ?.map(([key, events]) => [key, events.size]) ?? [];
  const reacted = await until("the reaction", () => reactions().length && reactions());
  await bob.client.redactEvent(roomId, reaction.event_id);
  await until("the reaction is gone", () => !reactions().some(([, count]) => count));
  const asked = await alice.client.relations(roomId, first, "m.replace", "m.room.message");
  report("conversation", {
    secret: heard.getWireType(),
    answered: answered === first,
    edited: asked.events.map((event) => event.getContent()["m.new_content"].body),
    reacted,
  });
  return first;
}

/** Talk beside the room, and find the thread again. */
export async function thread(alice, bob, roomId, root) {
  const { event_id: one } = await bob.client.sendMessage(roomId, root, {
    msgtype: "m.text",
    body: "带什么？",
  });
  const told = await until("the thread", () => alice.room(roomId).getThread(root));
  await until("its event", () => told.findEventById(one));
  const { event_id: two } = await alice.client.sendMessage(roomId, root, {
    msgtype: "m.text",
    body: "茶杯",
  });
  const seen = await until("both of them", () => {
    const found = bob.room(roomId).getThread(root);
    return found?.length === 2 && found;
  });
  const list = await bob.client.createThreadListMessagesRequest(roomId, null, 10);
  const unread = () => bob.room(roomId).getThreadUnreadNotificationCount(root, "total");
  const counted = await until("it counts in the thread", unread);
  await bob.client.sendReadReceipt(await bob.event(roomId, two));
  await until("the thread is read", () => unread() === 0);
  report("thread", {
    kind: THREAD_RELATION_TYPE.name,
    length: seen.length,
    counted: counted > 0, // once more by the SDK itself, until the house has told it
    listed: list.chunk.map((event) => event.event_id === root),
  });
}

/** Tell how far one has read, to all and to nobody, and that one writes. */
export async function read(alice, bob, roomId) {
  const newest = await bob.event(roomId, await alice.say(roomId, "读到这里"));
  await until("it counts", () => bob.room(roomId).getUnreadNotificationCount("total") > 0);
  await bob.client.sendReadReceipt(newest);
  await until("it is read", () => alice.room(roomId).hasUserReadEvent(bob.id, newest.getId()));
  await until("it counts no more", () => !bob.room(roomId).getUnreadNotificationCount("total"));
  const next = await bob.event(roomId, await alice.say(roomId, "悄悄读"));
  await bob.client.sendReadReceipt(next, ReceiptType.ReadPrivate);
  await until("read by stealth", () => !bob.room(roomId).getUnreadNotificationCount("total"));
  await bob.client.setRoomReadMarkers(roomId, next.getId());
  const marked = () => bob.room(roomId).getAccountData("m.fully_read")?.getContent().event_id;
  await until("the marker", () => marked() === next.getId());
  await bob.client.sendTyping(roomId, true, 5_000);
  await until("typing", () => alice.room(roomId).getMember(bob.id)?.typing);
  report("receipts", {
    public: alice.room(roomId).hasUserReadEvent(bob.id, newest.getId()),
    private: alice.room(roomId).getEventReadUpTo(bob.id) === next.getId(),
  });
  return next.getId();
}

/** Hand over a file, which only who is signed in may fetch. */
export async function media(alice, bob, roomId) {
  const bytes = new Uint8Array(4096).map((_, at) => at % 251);
  const kept = await alice.client.uploadContent(new Blob([bytes], { type: "image/png" }), {
    name: "茶.png",
    type: "image/png",
  });
  const { event_id: sent } = await alice.client.sendImageMessage(
    roomId,
    kept.content_uri,
    {},
    "茶",
  );
  const { url } = (await bob.event(roomId, sent)).getContent();
  const at = bob.client.mxcUrlToHttp(url, undefined, undefined, undefined, false, true, true);
  const authorization = `Bearer ${bob.client.getAccessToken()}`;
  const whole = await fetch(at, { headers: { authorization } });
  const part = await fetch(at, { headers: { authorization, range: "bytes=0-9" } });
  const bare = await fetch(at);
  const config = await bob.client.getMediaConfig(true);
  report("media", {
    whole: (await whole.arrayBuffer()).byteLength,
    part: [part.status, (await part.arrayBuffer()).byteLength],
    bare: bare.status,
    limit: config["m.upload.size"] > 0,
  });
}

/** Go back in time, to where an event was. */
export async function history(bob, roomId, eventId) {
  const set = bob.room(roomId).getUnfilteredTimelineSet();
  const timeline = await bob.client.getEventTimeline(set, eventId);
  const around = timeline.getEvents().length;
  await bob.client.paginateEventTimeline(timeline, { backwards: true, limit: 50 });
  const { event_id: near } = await bob.client.timestampToEvent(roomId, 0, "f");
  report("history", {
    around: around > 0,
    to_the_start: timeline.getPaginationToken(EventTimeline.BACKWARDS) === null,
    create: near === timeline.getEvents()[0].getId(),
  });
}
