import { currentLang, type Lang } from "../../i18n/index.svelte";
import { fetchPolicy, type Policy } from "../api/policy";

const known = $state<{ policy: Policy | null; error: unknown }>({ policy: null, error: null });
let asking: Lang | null = null;

/** The policy in the language in use, once it has come. */
export function policyState(): { policy: Policy | null; error: unknown } {
  return known;
}

/** Fetches the policy in the language in use, unless it is here already. */
export async function loadPolicy(): Promise<void> {
  const lang = currentLang();
  if (asking === lang || known.policy?.lang === lang) return;
  asking = lang;
  known.error = null;
  try {
    known.policy = await fetchPolicy(lang);
  } catch (error) {
    known.error = error;
  } finally {
    asking = null;
  }
}
