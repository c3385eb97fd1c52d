/** A stretch of a message: plain text, or an address that can be followed. */
export interface Stretch {
  text: string;
  href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"'，。；：！？、（）《》「」]+/gu;
const TRAILING = /[.,;:!?)\]}'"]+$/;
const ONLY_EMOJI = /^(?:\p{RGI_Emoji}|\s)+$/v;
const EMOJI_MAX = 3;

/** `text` cut where addresses begin and end. */
export function stretchesOf(text: string): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = balanced(found[0]);
    if (!URL.canParse(address)) continue;
    if (found.index > from) stretches.push({ text: text.slice(from, found.index), href: null });
    stretches.push({ text: address, href: address });
    from = found.index + address.length;
  }
  if (from < text.length) stretches.push({ text: text.slice(from), href: null });
  return stretches;
}

/** Whether `text` is one to three emoji and nothing else, to be drawn large. */
export function isFewEmoji(text: string): boolean {
  if (text.length > 40 || !ONLY_EMOJI.test(text)) return false;
  const signs = [...new Intl.Segmenter().segment(text.replace(/\s/g, ""))].length;
  return signs > 0 && signs <= EMOJI_MAX;
}

/** Without the stop that ends the sentence; a closing bracket stays if it was opened inside. */
function balanced(address: string): string {
  const cut = address.replace(TRAILING, "");
  const rest = address.slice(cut.length);
  return rest.startsWith(")") && cut.includes("(") ? `${cut})` : cut;
}
