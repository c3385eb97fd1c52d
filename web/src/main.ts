import { mount } from "svelte";
import { deviceName } from "./accounts/state/deviceName";
import { restoreSession, startSession } from "./accounts/state/session.svelte";
import App from "./app/App.svelte";
import { followAddress, goTo } from "./app/route.svelte";
import { keepShell } from "./app/shell";
import { restoreConsent } from "./consent/state/consent.svelte";
import "./design/tokens.css";
import "./design/elements.css";
import { restoreChoices } from "./settings/state/choices.svelte";

async function start(): Promise<void> {
  const target = document.getElementById("app");
  if (!target) throw new Error("the page has no #app");
  restoreConsent();
  restoreSession();
  followAddress();
  await restoreChoices();
  await comeByProvider();
  mount(App, { target });
  // What cannot be kept (no connection, no room) was kept before, or is done without.
  keepShell().catch(() => undefined);
}

/** Somebody comes back from an identity provider with a token in the address, good once. */
async function comeByProvider(): Promise<void> {
  const token = new URLSearchParams(location.search).get("loginToken");
  if (!token) return;
  history.replaceState(null, "", "/");
  const { enterByToken } = await import("./oidc/api/providers");
  await enterByToken(token, deviceName(navigator.userAgent))
    .then(startSession)
    .catch(() => goTo(["sign-in"], true));
}

void start();
