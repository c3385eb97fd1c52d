import { passkeysPossible } from "./ceremony";

/** Whether a new account is still to be asked, once, if it wants a passkey. */
const KEPT = "teahouse.passkey_offer";

let open = $state(false);

/** Asks when the new account is first on the screen. */
export function offerPasskey(): void {
  if (!passkeysPossible()) return;
  localStorage.setItem(KEPT, "1");
  open = true;
}

export function restoreOffer(): void {
  open = localStorage.getItem(KEPT) !== null;
}

export function isOffered(): boolean {
  return open;
}

/** Either answer is the last: it is not asked again. */
export function endOffer(): void {
  localStorage.removeItem(KEPT);
  open = false;
}
