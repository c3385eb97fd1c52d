import { isPermitted } from "../../http/permission";
import { type Lang, preferredLang, useLang } from "../../i18n/index.svelte";

export type Theme = "system" | "light" | "dark";

const THEME = "teahouse.theme";
const LANG = "teahouse.lang";

let theme = $state<Theme>("system");

/** Shows the app as the person last chose; before consent, as the browser asks for. */
export async function restoreChoices(): Promise<void> {
  const kept = isPermitted() ? localStorage.getItem(LANG) : null;
  if (isPermitted()) showTheme(localStorage.getItem(THEME));
  await useLang(kept === "zh" || kept === "en" ? kept : preferredLang(navigator.languages));
}

export async function chooseLang(lang: Lang): Promise<void> {
  await useLang(lang);
  if (isPermitted()) localStorage.setItem(LANG, lang);
}

export function currentTheme(): Theme {
  return theme;
}

export function chooseTheme(next: Theme): void {
  showTheme(next);
  if (isPermitted()) localStorage.setItem(THEME, next);
}

function showTheme(next: string | null): void {
  theme = next === "light" || next === "dark" ? next : "system";
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}
