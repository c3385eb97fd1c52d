// Two people with matrix-js-sdk and its encryption: alice by /sync, bob by sliding sync.
// Usage: node sdk_slide.mjs BASE_URL. Each thing that was seen to work is a line of JSON.
import { SlidingSync } from "matrix-js-sdk/lib/sliding-sync.js";
import { Person, report, until } from "./sdk/person.mjs";
import * as talk from "./sdk/talk.mjs";

const [baseUrl] = process.argv.slice(2);
const wish = { timeline_limit: 20, required_state: [["*", "*"]] };
const slides = (client) => ({
  slidingSync: new SlidingSync(
    baseUrl,
    new Map([["all", { ranges: [[0, 19]], ...wish }]]),
    wish,
    client,
    5_000,
  ),
});

const alice = await Person.arrive(baseUrl, "alice");
const bob = await Person.arrive(baseUrl, "bob", slides);
const roomId = await talk.meet(alice, bob);
await talk.converse(alice, bob, roomId);
await talk.read(alice, bob, roomId);

const { room_id: named } = await alice.client.createRoom({ preset: "public_chat", name: "旧名" });
await bob.client.joinRoom(named);
await bob.in(named);
await alice.client.setRoomName(named, "新名");
const room = await until("the new name", () => bob.room(named).name === "新名" && bob.room(named));
await alice.client.kick(named, bob.id, "");
await bob.in(named, "leave");
report("slid", { name: room.name, members: bob.room(roomId).getJoinedMemberCount() });
alice.close();
bob.close();
process.exit(0);
