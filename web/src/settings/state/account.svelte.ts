import { type Account, fetchAccount } from "../../accounts/api/sessions";

const known = $state<{ account: Account | null; error: unknown }>({ account: null, error: null });

/** The account signed in, once it has come. */
export function accountState(): { account: Account | null; error: unknown } {
  return known;
}

export async function loadAccount(): Promise<void> {
  known.error = null;
  try {
    known.account = await fetchAccount();
  } catch (error) {
    known.error = error;
  }
}

/** At sign-out: the next person is someone else. */
export function forgetAccount(): void {
  known.account = null;
}
