// Encryption: cross-signing, secret storage, the backup of keys, and a second device that opens all.
import { report, until } from "./person.mjs";

/** Let a person have keys of their own, the secrets of which the house keeps under lock. */
export async function setUp(person) {
  await person.crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: person.authenticated });
  await person.crypto.bootstrapSecretStorage({
    createSecretStorageKey: () => person.crypto.createRecoveryKeyFromPassphrase(),
    setupNewKeyBackup: true,
    setupNewSecretStorage: true,
  });
  report("keys", {
    cross_signing: await person.crypto.isCrossSigningReady(),
    secret_storage: await person.crypto.isSecretStorageReady(),
    backup: await person.crypto.getActiveSessionBackupVersion(),
  });
}

/** Sign in once more, get the secrets back by the key on paper, and open what was said before. */
export async function openElsewhere(person, roomId, eventIds) {
  const kept = async () =>
    (await person.client.http.authedRequest("GET", "/room_keys/version")).count;
  const known = (await person.crypto.exportRoomKeys()).length;
  await until("every key is in the backup", async () => (await kept()) === known);
  const second = await person.again();
  const { deviceId } = second.client;
  await until("the second device is known", async () =>
    (await second.crypto.getUserDeviceInfo([second.id], true)).get(second.id)?.has(deviceId),
  );
  await until("its person's keys", () => second.crypto.userHasCrossSigningKeys(second.id, true));
  await second.crypto.bootstrapCrossSigning({});
  await second.crypto.loadSessionBackupPrivateKeyFromSecretStorage();
  const restored = await second.crypto.restoreKeyBackup();
  const room = second.room(roomId);
  while (eventIds.some((id) => !room.findEventById(id)) && room.oldState.paginationToken) {
    await second.client.scrollback(room, 30);
  }
  const opened = [];
  for (const id of eventIds) opened.push((await second.event(roomId, id)).getContent().body);
  await until("the first device trusts the second", async () => {
    const status = await person.crypto.getDeviceVerificationStatus(person.id, deviceId);
    return status?.crossSigningVerified;
  });
  report("second_device", {
    opened,
    all: restored.imported === restored.total && restored.total === known,
  });
  return second;
}

/** Two people compare emoji, as they would on two screens. */
export async function verify(one, other, roomId) {
  const asked = await one.crypto.requestVerificationDM(other.id, roomId);
  const told = await until("the request to verify", () =>
    other.crypto.findVerificationRequestDMInProgress(roomId, one.id),
  );
  await told.accept();
  await until("both are ready", () => asked.phase === 3 && told.phase === 3);
  const mine = await asked.startVerification("m.sas.v1");
  const shown = new Promise((done) => mine.on("show_sas", done));
  const ends = mine.verify();
  const theirs = await until("the other's half", () => told.verifier);
  const seen = new Promise((done) => theirs.on("show_sas", done));
  const ended = theirs.verify();
  const [left, right] = await Promise.all([shown, seen]);
  await Promise.all([left.confirm(), right.confirm()]);
  await Promise.all([ends, ended]);
  const status = () => one.crypto.getUserVerificationStatus(other.id);
  await until("the other is verified", async () => (await status()).isCrossSigningVerified());
  report("verified", { same: JSON.stringify(left.sas.emoji) === JSON.stringify(right.sas.emoji) });
}
