import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";
import adminEn from "./admin.en.json";
import adminZh from "./admin.zh.json";
import houseEn from "./en.json";
import { preferredLang } from "./index.svelte";
import houseZh from "./zh.json";

const en = { ...houseEn, ...adminEn };
const zh = { ...houseZh, ...adminZh };

const SRC = fileURLToPath(new URL("..", import.meta.url));
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(ts|svelte)$/.test(name) && !name.endsWith(".test.ts"))
  .map((name) => ({ name, source: readFileSync(join(SRC, name), "utf8") }));

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe("the two languages", () => {
  it("keep the console's texts apart", () => {
    expect(Object.keys(adminEn).filter((key) => !key.startsWith("admin."))).toEqual([]);
    expect(Object.keys(houseEn).filter((key) => key.startsWith("admin."))).toEqual([]);
  });

  it("have the same keys", () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  it.each(Object.keys(en) as (keyof typeof en)[])(
    "%s says something, with the same blanks",
    (key) => {
      expect(en[key].trim()).not.toBe("");
      expect(zh[key].trim()).not.toBe("");
      expect(placeholders(zh[key])).toEqual(placeholders(en[key]));
    },
  );

  it("are each asked for somewhere", () => {
    const all = files.map((file) => file.source).join("\n");
    const spelled = [...all.matchAll(/\bt\(\s*`([\w.]+\.\w*)\$\{[^}]+\}([\w.]*)`/g)].map(
      ([, before, after]) => new RegExp(`^${before}\\w+${after}$`.replaceAll(".", "\\.")),
    );
    const quoted = new Set([...all.matchAll(/"([\w.]+)"/g)].map(([, key]) => key));
    const unused = Object.keys(en).filter(
      (key) =>
        !quoted.has(key) &&
        !quoted.has(key.replace(/\.(one|other)$/, "")) &&
        !spelled.some((keys) => keys.test(key)),
    );
    expect(unused).toEqual([]);
  });
});

/** Text a person would read, written in markup instead of in the language files. */
function rawTexts(source: string): string[] {
  const found: string[] = [];
  const SPOKEN = new Set(["aria-label", "placeholder", "title", "alt", "label"]);
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const one of node) walk(one);
      return;
    }
    if (typeof node !== "object" || node === null) return;
    const part = node as Record<string, unknown>;
    if (part["type"] === "Text" && /\p{L}/u.test(String(part["data"])))
      found.push(String(part["data"]));
    if (part["type"] === "StyleDirective") return;
    if (part["type"] === "Attribute" && !SPOKEN.has(String(part["name"]))) return;
    for (const [name, value] of Object.entries(part)) {
      if (name !== "expression" && name !== "loc") walk(value);
    }
  };
  walk(parse(source, { modern: true }).fragment);
  return found;
}

describe("markup", () => {
  it.each(files.filter((file) => file.name.endsWith(".svelte")))(
    "$name holds no text of its own",
    ({ source }) => {
      expect(rawTexts(source)).toEqual([]);
    },
  );
});

describe("preferredLang", () => {
  it("takes the first language that we speak", () => {
    expect(preferredLang(["fr-FR", "zh-TW", "en"])).toBe("zh");
    expect(preferredLang(["en-GB", "zh"])).toBe("en");
    expect(preferredLang(["de"])).toBe("en");
  });
});
