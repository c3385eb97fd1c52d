import { mount } from "svelte";
import { restoreSession } from "./accounts/state/session.svelte";
import App from "./app/App.svelte";
import { followAddress } from "./app/route.svelte";
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
  mount(App, { target });
  // What cannot be kept (no connection, no room) was kept before, or is done without.
  keepShell().catch(() => undefined);
}

void start();
