import { type Key, t } from "../../i18n/index.svelte";

/** What people can report something for. */
export const REPORTED_FOR = [
  "spam",
  "fraud",
  "violence",
  "sexual",
  "minors",
  "hatred",
  "harassment",
  "privacy",
  "impersonation",
  "gambling",
  "exchange",
  "camera",
  "other",
] as const;

/** As well as these, which rules are about. */
const CATEGORY: Record<string, Key> = {
  spam: "case.category.spam",
  fraud: "case.category.fraud",
  violence: "case.category.violence",
  sexual: "case.category.sexual",
  minors: "case.category.minors",
  hatred: "case.category.hatred",
  harassment: "case.category.harassment",
  privacy: "case.category.privacy",
  impersonation: "case.category.impersonation",
  gambling: "case.category.gambling",
  exchange: "case.category.exchange",
  camera: "case.category.camera",
  intellectual: "case.category.intellectual",
  discrimination: "case.category.discrimination",
  security: "case.category.security",
  other: "case.category.other",
};

export const categoryName = (id: string) => (CATEGORY[id] ? t(CATEGORY[id]) : id);
