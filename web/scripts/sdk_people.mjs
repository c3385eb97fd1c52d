// Two people who use matrix-js-sdk, with its encryption, in one house: a client that others wrote.
// Usage: node sdk_people.mjs BASE_URL. Each thing that was seen to work is a line of JSON.
import * as account from "./sdk/account.mjs";
import { openElsewhere, setUp, verify } from "./sdk/keys.mjs";
import { Person } from "./sdk/person.mjs";
import * as rooms from "./sdk/rooms.mjs";
import * as talk from "./sdk/talk.mjs";

const [baseUrl] = process.argv.slice(2);
const alice = await Person.arrive(baseUrl, "alice");
const bob = await Person.arrive(baseUrl, "bob");
await account.house(alice);
await setUp(alice);
await setUp(bob);

const roomId = await talk.meet(alice, bob);
const first = await talk.converse(alice, bob, roomId);
await talk.thread(alice, bob, roomId, first);
const last = await talk.read(alice, bob, roomId);
await talk.media(alice, bob, roomId);
await talk.history(bob, roomId, first);
await verify(alice, bob, roomId);

await account.presence(alice, bob);
await account.settings(alice, roomId);
await account.profile(alice, bob, roomId);
await account.calls(alice, bob, roomId);

await rooms.upgrade(alice, bob);
await rooms.space(alice, bob);
await rooms.directory(alice, bob);
await rooms.knock(alice, bob);

const second = await openElsewhere(alice, roomId, [first, last]);
second.close();
await account.leave(alice, second);
bob.close();
process.exit(0);
