import type { Key } from "../i18n/index.svelte";
import { t } from "../i18n/index.svelte";
import { ApiError } from "./call";

/** What we say for the refusals that a person may meet; the rest is told in the server's words. */
const SAID: Record<string, Key> = {
  unreachable: "error.unreachable",
  M_LIMIT_EXCEEDED: "error.too_fast",
  M_FORBIDDEN: "error.forbidden",
  M_TOO_LARGE: "error.too_large",
  "accounts.wrong_code": "error.wrong_code",
  "accounts.name_taken": "error.name_taken",
  "accounts.wrong_password": "error.wrong_password",
  "limits.too_fast": "error.too_fast",
};

/** One sentence for a person about `error`: what happened, and what to do where we know. */
export function sayError(error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.unknown");
  const key = SAID[error.code];
  if (key) return t(key);
  if (error.status === 429) return t("error.too_fast");
  if (error.status >= 500) return t("error.server");
  return error.message || t("error.unknown");
}
