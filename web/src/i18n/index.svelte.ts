import type adminEn from "./admin.en.json";
import type en from "./en.json";

type House = keyof typeof en;
type Console = keyof typeof adminEn;
export type Key = House | Console;
export type Lang = "zh" | "en";
type Values = Record<string, string | number>;

/** `key` in `Countable` has two texts, `key.one` and `key.other`. */
type Countable = Extract<Key, `${string}.other`> extends `${infer Base}.other` ? Base : never;

let texts = $state.raw<Record<string, string>>({});
let lang = $state<Lang>("en");

/** The language to begin with: the first of the browser's languages that we speak. */
export function preferredLang(languages: readonly string[]): Lang {
  for (const tag of languages) {
    if (tag.toLowerCase().startsWith("zh")) return "zh";
    if (tag.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}

type Texts = Record<string, string>;
let alsoTexts: (lang: Lang) => Promise<Texts> = async () => ({});

/** From now on `load` brings more texts with each language: the console's, which people never need. */
export function speakAlso(load: (lang: Lang) => Promise<Texts>): void {
  alsoTexts = load;
}

/** Loads the texts of `next` (only that language) and shows the interface in it. */
export async function useLang(next: Lang): Promise<void> {
  const file = next === "zh" ? import("./zh.json") : import("./en.json");
  const [house, more] = await Promise.all([file, alsoTexts(next)]);
  texts = { ...house.default, ...more };
  lang = next;
  if (typeof document !== "undefined") document.documentElement.lang = langTag();
}

export function currentLang(): Lang {
  return lang;
}

/** The BCP 47 tag for `lang`, as `Intl` and `<html lang>` take it. */
export function langTag(): string {
  return lang === "zh" ? "zh-CN" : "en";
}

/** The house's texts in one language, whatever the interface speaks; for showing both at once. */
export async function textsIn(one: Lang): Promise<(key: Key) => string> {
  const house: Texts = (await (one === "zh" ? import("./zh.json") : import("./en.json"))).default;
  return (key) => house[key] ?? key;
}

/** The text of `key`, with `{name}` replaced from `values`. */
export function t(key: Key, values: Values = {}): string {
  return fill(texts[key] ?? key, values);
}

/** The text of `key` for `count` things; `{count}` is replaced by the number. */
export function tn(key: Countable, count: number, values: Values = {}): string {
  const form = new Intl.PluralRules(langTag()).select(count) === "one" ? "one" : "other";
  const text = texts[`${key}.${form}`] ?? texts[`${key}.other`] ?? key;
  return fill(text, { ...values, count: new Intl.NumberFormat(langTag()).format(count) });
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
