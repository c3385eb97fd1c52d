import { call } from "../../http/call";
import type { Lang } from "../../i18n/index.svelte";
import type { RecipientWire } from "../../wire.gen";

/** One kind of personal data, as the server's register has it. */
export interface PolicyItem {
  id: string;
  name: string;
  purpose: string;
  means: string;
  category: string;
  basis: string;
  necessity: "necessary" | "optional";
  function: string;
  retention: string;
  recipients: string | string[];
  classes: string[];
}

export interface Policy {
  version: string;
  lang: Lang;
  operator: { name: string; contact: string };
  effective_at: string;
  sections: { id: string; title: string; body_paragraphs: string[] }[];
  items: PolicyItem[];
  recipients: RecipientWire[];
}

export function fetchPolicy(lang: Lang): Promise<Policy> {
  return call("GET", "/api/v1/policy", { query: { lang }, open: true });
}
