/** Where the person is: the parts of the address after `#/`, decoded. */
export interface Route {
  parts: string[];
}

let parts = $state.raw<string[]>([]);
let heldOnArrival: Element | null = null;

/** The parts of a location hash such as `#/chats/!id%3Aserver/info`. */
export function partsOf(hash: string): string[] {
  return hash
    .replace(/^#\/?/, "")
    .split("/")
    .filter(Boolean)
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
}

/** The hash that leads to `to`; the opposite of `partsOf`. */
export function linkTo(...to: string[]): string {
  return `#/${to.map(encodeURIComponent).join("/")}`;
}

export function route(): Route {
  return { parts };
}

function arrive(at: string[]): void {
  heldOnArrival = document.activeElement;
  parts = at;
}

/** Whether the person has taken hold of something since they came here: then it stays theirs. */
export function hasMovedOn(): boolean {
  const held = document.activeElement;
  return held !== null && held !== document.body && held !== heldOnArrival;
}

/** Leads to a place inside the app; `replace` leaves no step to go back to. */
export function goTo(to: readonly string[], replace = false): void {
  const hash = linkTo(...to);
  if (replace) history.replaceState(null, "", hash);
  else if (location.hash !== hash) location.hash = hash;
  arrive([...to]);
}

/** Follows the address from now on. */
export function followAddress(): void {
  arrive(partsOf(location.hash));
  addEventListener("hashchange", () => arrive(partsOf(location.hash)));
}
