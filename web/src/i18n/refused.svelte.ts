import { currentLang, t } from "./index.svelte";

/** The server's refusals in Chinese, by code; null until the first one is to be told. */
let chinese = $state.raw<Record<string, string> | null>(null);
let coming = false;

/**
 * The server's refusal `code` in the language of the interface, where its own words are in another:
 * it speaks English. Null when its own words will do.
 *
 * Few people ever meet one, so the sentences are fetched for the first: until they are here it says
 * less, and what shows it is drawn again.
 */
export function sayRefused(code: string): string | null {
  if (currentLang() !== "zh") return null;
  if (chinese) return chinese[code] ?? null;
  if (!coming) void fetchChinese();
  return t("error.unknown");
}

async function fetchChinese(): Promise<void> {
  coming = true;
  try {
    chinese = (await import("./refused.zh.json")).default;
  } catch {
    // The file could not be had: the next refusal asks for it again.
    coming = false;
  }
}
