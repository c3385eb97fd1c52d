/**
 * One or two signs that stand for `name`: initials; of a Chinese name the given name, which stands
 * last, and of a room (`isRoom`) how its name begins.
 */
export function initialsOf(name: string, isRoom = false): string {
  const clean = name.trim().replace(/^[@#!+]/, "");
  const han = clean.match(/\p{Script=Han}/gu);
  if (han) return (isRoom ? han.slice(0, 2) : han.slice(-2)).join("");
  const words = clean.split(/[\s._:-]+/).filter(Boolean);
  const first = [...(words[0] ?? "?")][0] ?? "?";
  const second = words.length > 1 && !clean.includes(":") ? ([...(words[1] ?? "")][0] ?? "") : "";
  return (first + second).toLocaleUpperCase();
}

/** 1 to 6, always the same for the same id. */
export function colourOf(id: string): number {
  let sum = 0;
  for (const sign of id) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) >>> 0;
  return (sum % 6) + 1;
}
