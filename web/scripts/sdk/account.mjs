// What belongs to a person: presence, settings, rules, devices; and relays for calls.
import { refusal, report, until } from "./person.mjs";

/** Be there, and be seen to be there. */
export async function presence(alice, bob) {
  await bob.client.setPresence({ presence: "unavailable", status_msg: "在路上" });
  const told = await alice.client.getPresence(bob.id);
  const user = () => alice.client.getUser(bob.id);
  await until("the words", () => user()?.presenceStatusMsg === "在路上");
  report("presence", { asked: told.presence, told: user().presence });
}

/** Keep settings with the house, of the account and of a room. */
export async function settings(alice, roomId) {
  await alice.client.setAccountData("dev.example.tea", { leaf: "龙井" });
  await alice.client.setAccountData("m.direct", { "@bob:tea.example": [roomId] });
  await alice.client.setRoomAccountData(roomId, "dev.example.cup", { size: 3 });
  await alice.client.setRoomTag(roomId, "m.favourite", { order: 0.5 });
  const room = alice.room(roomId);
  await until("the tag", () => room.tags["m.favourite"]?.order === 0.5);
  await until("the room's", () => room.getAccountData("dev.example.cup"));
  await alice.client.addPushRule("global", "content", "dev.example.leaf", {
    pattern: "龙井",
    actions: ["notify", { set_tweak: "highlight" }],
  });
  const rules = () => alice.client.pushRules?.global.content ?? [];
  await until("the rule", () => rules().some((rule) => rule.rule_id === "dev.example.leaf"));
  await alice.client.setIgnoredUsers(["@loud:tea.example"]);
  await until("who is ignored", () => alice.client.isUserIgnored("@loud:tea.example"));
  report("settings", {
    kept: await alice.client.getAccountDataFromServer("dev.example.tea"),
    cup: room.getAccountData("dev.example.cup").getContent(),
  });
}

/** Show oneself. */
export async function profile(alice, bob, roomId) {
  await alice.client.setDisplayName("爱丽丝");
  await until("the name", () => bob.room(roomId).getMember(alice.id)?.name === "爱丽丝");
  const shown = await bob.client.getProfileInfo(alice.id);
  report("profile", { name: shown.displayname });
}

/** Ask for what calls need, and ring. */
export async function calls(alice, bob, roomId) {
  const turn = await alice.client.turnServer();
  const { event_id: rung } = await alice.client.sendEvent(roomId, "m.call.invite", {
    call_id: "c1",
    party_id: alice.client.deviceId,
    version: "1",
    lifetime: 60_000,
    offer: { type: "offer", sdp: "v=0\r\n" },
  });
  const heard = await bob.event(roomId, rung);
  const openid = await alice.client.getOpenIdToken();
  report("calls", {
    uris: turn.uris,
    ttl: turn.ttl > 0,
    rung: heard.getType(),
    openid: openid.matrix_server_name,
  });
}

/** What the house says of itself, and what it takes. */
export async function house(alice) {
  const { versions } = await alice.client.getVersions();
  const capabilities = await alice.client.getCapabilities();
  const flows = await alice.client.loginFlows();
  report("house", {
    version: versions.includes("v1.11"),
    default_version: capabilities["m.room_versions"].default,
    password: flows.flows.some((flow) => flow.type === "m.login.password"),
    threads: (await alice.client.doesServerSupportThread()).threads,
    free: await refusal(alice.client.isUsernameAvailable("bob")),
  });
}

/** Send a device away, and go. */
export async function leave(alice, second) {
  const { deviceId } = second.client;
  await alice.authenticated((auth) => alice.client.deleteDevice(deviceId, auth ?? undefined));
  const out = await refusal(second.client.whoami());
  const { devices } = await alice.client.getDevices();
  await alice.client.logout(true);
  report("devices", {
    out,
    left: devices.length,
    over: await refusal(alice.client.whoami()),
  });
}
