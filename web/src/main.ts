import { mount } from "svelte";
import App from "./app/App.svelte";
import "./design/tokens.css";
import "./design/base.css";
import { preferredLang, useLang } from "./i18n/index.svelte";

async function start(): Promise<void> {
  const target = document.getElementById("app");
  if (!target) throw new Error("the page has no #app");
  await useLang(preferredLang(navigator.languages));
  mount(App, { target });
}

void start();
