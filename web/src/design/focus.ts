import { tick } from "svelte";

/** Where the focus goes to and from: whoever works by keys is never left at the top of the page. */

const REACHED = ":is(input, textarea, select, button):not(:disabled), a[href], summary, [tabindex]";

/** Whether nothing on the page has the focus. */
const isLost = () => document.activeElement === null || document.activeElement === document.body;

/** Gives the focus back to what has it inside `within`, should what is drawn next move that about. */
export function keepFocus(within: Element | undefined): void {
  const held = document.activeElement;
  if (!(held instanceof HTMLElement) || !within?.contains(held)) return;
  void tick().then(() => {
    if (held.isConnected && isLost()) held.focus({ preventScroll: true });
  });
}

/** Leads the focus to what `found` gives once it is drawn, or to the first thing in it. */
export async function leadFocus(found: () => HTMLElement | null | undefined): Promise<void> {
  await tick();
  const to = found();
  if (!to) return;
  const first = to.matches(REACHED) ? to : to.querySelector<HTMLElement>(REACHED);
  first?.focus({ preventScroll: true });
}

/** As `leadFocus`, when what had the focus went away with what was drawn. */
export async function leadLostFocus(found: () => HTMLElement | null | undefined): Promise<void> {
  await tick();
  if (isLost()) await leadFocus(found);
}
