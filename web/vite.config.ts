import { existsSync } from "node:fs";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// Two front doors: the people's app, and the operators' console once its page exists.
const entries = ["index.html", "admin.html"].filter((page) => existsSync(page));

const server = process.env["TEAHOUSE_SERVER"] ?? "http://127.0.0.1:8008";

/**
 * Svelte tells Firefox by `navigator.userAgent`. Nothing that may identify a browser is read before
 * consent, so it is told by a style that only Firefox knows. `tests/browser` watches that no read is left.
 */
const withoutUserAgent: Plugin = {
  name: "without-user-agent",
  transform: (code, id) =>
    id.includes("/svelte/src/") && code.includes("/Firefox/.test(navigator.userAgent)")
      ? code.replace(
          "/Firefox/.test(navigator.userAgent)",
          '"MozAppearance" in document.documentElement.style',
        )
      : null,
};

export default defineConfig({
  plugins: [svelte(), withoutUserAgent],
  build: {
    target: "es2024",
    cssTarget: ["chrome123", "safari17.5", "firefox128"],
    // Data URLs would need `font-src data:` and the like: the content policy allows only 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: entries },
  },
  server: {
    proxy: { "/_matrix": server, "/api": server, "/.well-known": server },
  },
  test: { include: ["src/**/*.test.ts"] },
});
