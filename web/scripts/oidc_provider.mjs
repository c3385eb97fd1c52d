// An identity provider for the tests: the real thing, with two people in it and no walls.
// Usage: node oidc_provider.mjs PORT REDIRECT_URI LOGOUT_URI
import Provider from "oidc-provider";

const [port, callback, logout] = [Number(process.argv[2]), process.argv[3], process.argv[4]];
const people = { wen: { name: "Wen 文", preferred_username: "wen" }, mo: { name: "Mo" } };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "teahouse",
      client_secret: "a secret of two",
      redirect_uris: [callback],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      backchannel_logout_uri: logout,
      backchannel_logout_session_required: true,
    },
  ],
  claims: { openid: ["sub"], profile: ["name", "preferred_username"] },
  pkce: { required: () => true },
  // It would not speak to this machine, which is where its only client is.
  fetch: (url, { dispatcher: _guard, ...options }) => globalThis.fetch(url, options),
  features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true } },
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, ...people[id] }),
  }),
});
provider.listen(port, "127.0.0.1", () => console.log("ready"));
