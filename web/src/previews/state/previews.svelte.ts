import type { Json } from "../../http/call";
import { stretchesOf } from "../../timeline/state/words";

/** Where a person's clients keep that they want no previews; other clients know it too. */
export const CHOICE = "org.matrix.preview_urls";
const KEPT_MAX = 200;

/** A page as it is shown below a message. */
export interface Linked {
  /** Where the page is, after what it redirects to. */
  host: string;
  title: string;
  words: string;
  picture: { mxc: string; alt: string; wide: boolean } | null;
}

/** Whose answers previews are made of. */
export interface Source {
  offered: () => Promise<boolean>;
  page: (url: string) => Promise<Json>;
}

/** What pages that people link to say of themselves, as far as the house and the person want it. */
export class Previews {
  /** Whether the person wants none. */
  disabled = $state(false);
  /** Whether the house looks at pages; not before it has said so. */
  offered = $state(false);
  #asked = false;
  readonly #pages = new Map<string, Promise<Linked | null>>();

  constructor(readonly source: Source) {}

  /** Takes what a sync says of the person's choice. */
  take(data: readonly { type: string; content: Json }[]): void {
    for (const { type, content } of data) {
      if (type === CHOICE) this.disabled = content["disable"] === true;
    }
  }

  /** Finds out whether the house looks at pages, once. */
  ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.source.offered().then(
      (offered) => {
        this.offered = offered;
      },
      () => {
        this.#asked = false;
      },
    );
  }

  /** The address in `text` whose page is to be shown; null when there is none, or none is wanted. */
  linkIn(text: string): string | null {
    const link = linkIn(text);
    if (!link || this.disabled) return null;
    queueMicrotask(() => this.ask());
    return this.offered ? link : null;
  }

  /** What the page at `url` says; null when that is nothing, or not to be had now. */
  of(url: string): Promise<Linked | null> {
    const known = this.#pages.get(url);
    if (known) return known;
    const asked = this.source.page(url).then(
      (told) => linkedOf(told, url),
      () => {
        this.#pages.delete(url);
        return null;
      },
    );
    const [oldest] = this.#pages.keys();
    if (this.#pages.size >= KEPT_MAX && oldest) this.#pages.delete(oldest);
    this.#pages.set(url, asked);
    return asked;
  }
}

/** The first address in `text` that leads out of this house. */
export function linkIn(text: string, here = globalThis.location?.host ?? ""): string | null {
  const ours = [here, "matrix.to"];
  for (const { href } of stretchesOf(text)) {
    if (href && !ours.includes(new URL(href).host)) return href;
  }
  return null;
}

/** What to show of a page; null when it says nothing that can be shown. */
export function linkedOf(told: Json, url: string): Linked | null {
  const text = (name: string): string => (typeof told[name] === "string" ? told[name].trim() : "");
  const [mxc, width, height] = [
    text("og:image"),
    Number(told["og:image:width"]),
    Number(told["og:image:height"]),
  ];
  const title = text("og:title") || text("og:site_name");
  if (!title && !text("og:description")) return null;
  const at = URL.canParse(text("og:url")) ? text("og:url") : url;
  const wide = width >= 300 && width >= height * 1.2;
  const picture = mxc.startsWith("mxc://") ? { mxc, alt: text("og:image:alt"), wide } : null;
  return { host: new URL(at).host, title, words: text("og:description"), picture };
}
