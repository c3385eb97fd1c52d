import { mount } from "svelte";
import { followAddress } from "../app/route.svelte";
import "../design/tokens.css";
import "../design/elements.css";
import { permit } from "../http/permission";
import { speakAlso } from "../i18n/index.svelte";
import { restoreChoices } from "../settings/state/choices.svelte";
import "./console.css";
import { restoreSession } from "./state/session.svelte";
import { takeSetupToken } from "./state/setup.svelte";
import Console from "./view/Console.svelte";

async function start(): Promise<void> {
  const target = document.getElementById("app");
  if (!target) throw new Error("the page has no #app");
  permit(true); // operators are told at their set-up; the people's first run is not theirs
  takeSetupToken();
  followAddress();
  restoreSession();
  speakAlso(async (lang) =>
    lang === "zh"
      ? (await import("../i18n/admin.zh.json")).default
      : (await import("../i18n/admin.en.json")).default,
  );
  await restoreChoices();
  mount(Console, { target });
}

void start();
