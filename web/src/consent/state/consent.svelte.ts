import { forgetShell } from "../../app/shell";
import { permit } from "../../http/permission";

/** The only thing read before the person has agreed; absent until then. */
const FLAG = "teahouse.consent";

let agreed = $state(false);

/** Finds out whether the person agreed on an earlier visit. */
export function restoreConsent(): void {
  agreed = localStorage.getItem(FLAG) !== null;
  permit(agreed);
}

export function hasAgreed(): boolean {
  return agreed;
}

/** The person agrees that the app keeps what it needs in this browser. */
export function agree(): void {
  localStorage.setItem(FLAG, "1");
  agreed = true;
  permit(true);
}

/** The person takes it back: nothing stays in this browser. */
export async function withdraw(): Promise<void> {
  agreed = false;
  permit(false);
  localStorage.clear();
  const databases = (await indexedDB.databases?.()) ?? [];
  await Promise.all(databases.map(({ name }) => name && erase(name)));
  await forgetShell();
}

function erase(name: string): Promise<void> {
  return new Promise((resolve) => {
    const asked = indexedDB.deleteDatabase(name);
    asked.onsuccess = () => resolve();
    asked.onerror = () => resolve();
  });
}
