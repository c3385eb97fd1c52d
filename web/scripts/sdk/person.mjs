// Somebody with matrix-js-sdk and its encryption, kept in memory; and how a test waits for what comes.
import "fake-indexeddb/auto";
import { ClientEvent, createClient, SyncState } from "matrix-js-sdk";
import { logger } from "matrix-js-sdk/lib/logger.js";

const PASSWORD = "correct horse battery";
const PATIENCE_MS = 20_000;
const AGAIN_MS = 20;
logger.setLevel("silent");
const silent = { getChild: () => silent };
for (const level of ["trace", "debug", "info", "warn", "error"]) silent[level] = () => undefined;

/** Tell whoever started us that something was seen to work. */
export const report = (step, told = {}) => console.log(JSON.stringify({ step, ...told }));

/** Wait until a look finds something, and return what it found. */
export async function until(what, look) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise((again) => setTimeout(again, AGAIN_MS));
  }
  throw new Error(`it did not come: ${what}`);
}

/** Return the error code with which the house refuses. */
export const refusal = (asked) =>
  asked.then(
    () => "nothing was refused",
    (error) => `${error.httpStatus} ${error.errcode}`,
  );

export class Person {
  constructor(baseUrl, told, keys = {}) {
    this.keys = keys; // of secret storage, by their ids: what a person keeps on paper
    this.client = createClient({
      baseUrl,
      logger: silent,
      userId: told.user_id,
      deviceId: told.device_id,
      accessToken: told.access_token,
      timelineSupport: true,
      cryptoCallbacks: {
        getSecretStorageKey: async ({ keys: asked }) =>
          Object.keys(asked)
            .filter((id) => this.keys[id])
            .map((id) => [id, this.keys[id]])[0] ?? null,
        cacheSecretStorageKey: (id, _info, key) => {
          this.keys[id] = key;
        },
      },
    });
    this.id = told.user_id;
    this.crypto = undefined;
  }

  /** Register somebody, with a first device; `ways` tells how else its client starts. */
  static async arrive(baseUrl, username, ways = () => ({})) {
    const told = await createClient({ baseUrl, logger: silent }).registerRequest({
      username,
      password: PASSWORD,
      auth: { type: "m.login.dummy" },
      initial_device_display_name: `${username}'s first`,
    });
    return await new Person(baseUrl, told).open(ways);
  }

  /** Sign in on another device, with what is on the paper. */
  async again() {
    const { baseUrl } = this.client;
    const told = await createClient({ baseUrl, logger: silent }).loginRequest({
      type: "m.login.password",
      identifier: { type: "m.id.user", user: this.id },
      password: PASSWORD,
      initial_device_display_name: "a second device",
    });
    return await new Person(baseUrl, told, this.keys).open();
  }

  async open(ways = () => ({})) {
    await this.client.initRustCrypto({ useIndexedDB: false });
    this.crypto = this.client.getCrypto();
    const synced = new Promise((done) => {
      this.client.on(ClientEvent.Sync, (state) => state === SyncState.Prepared && done());
    });
    await this.client.startClient({
      initialSyncLimit: 30,
      lazyLoadMembers: true,
      threadSupport: true,
      pollTimeout: 5_000,
      ...ways(this.client),
    });
    await synced;
    return this;
  }

  /** Show the password where the house asks for it again. */
  authenticated = async (ask) => {
    try {
      return await ask(null);
    } catch (error) {
      if (error.httpStatus !== 401) throw error;
      return await ask({
        type: "m.login.password",
        identifier: { type: "m.id.user", user: this.id },
        password: PASSWORD,
        session: error.data.session,
      });
    }
  };

  room(roomId) {
    return this.client.getRoom(roomId);
  }

  /** Wait until this person is in a room, or was asked into it. */
  async in(roomId, membership = "join") {
    return await until(
      `${this.id} ${membership} ${roomId}`,
      () => this.room(roomId)?.getMyMembership() === membership && this.room(roomId),
    );
  }

  /** Wait for an event of a room, open if it was locked. */
  async event(roomId, eventId) {
    return await until(`${eventId} for ${this.id}`, () => {
      const event = this.room(roomId)?.findEventById(eventId);
      const locked = event?.isDecryptionFailure() || event?.isBeingDecrypted();
      return event && !locked && event.getType() !== "m.room.encrypted" && event;
    });
  }

  /** Say something and return the event's id. */
  async say(roomId, body, more = {}) {
    const content = { msgtype: "m.text", body, ...more };
    return (await this.client.sendMessage(roomId, null, content)).event_id;
  }

  close() {
    this.client.stopClient();
  }
}
