/** What somebody tells of themselves that leads a stranger to them. */
export type Telling = "phone" | "email" | "document" | "address" | "school";

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const EMAIL = /[\w.+-]+@[\w-]+(\.[\w-]+)+/;
const DOCUMENT = /(?<!\d)\d{17}[\dXx](?!\d)/g;
const DIGITS = /\+?\d(?:[\s().-]{0,2}\d){6,18}/g;
const ADDRESSES = [
  /(我家|住在|住址|地址)[^。！？\n]{0,20}(省|市|区|县|镇|路|街|巷|弄|号|小区|栋|单元)/,
  /[路街巷弄道]\s*\d+\s*号/,
  /\d+\s*[栋幢]\s*\d+\s*(单元|室)/,
  /\b\d{1,5}\s+(\p{L}+\s+){1,3}(street|st|road|rd|avenue|ave|lane|drive|close|square)\b/iu,
  /\b(i live|we live|my address|my home)\b[^.!?\n]{0,40}\b(at|in|is|on)\b/i,
];
const SCHOOLS = [
  /(我|我们)[^。！？\n]{0,8}(读|念|上|在|是)[^。！？\n]{0,20}(小学|中学|高中|初中|学校|幼儿园)/,
  /([一二三四五六七八九]年级|[高初][一二三])[（(]?[\d一二三四五六七八九十]{1,3}[）)]?班/,
  /\b(i|we) (go to|attend|study at|am at)\b[^.!?\n]{0,40}\bschool\b/i,
  /\bmy school\b[^.!?\n]{0,20}\b(is|'s called)\b/i,
];

/** What a text tells; the words themselves leave this page no sooner than they are sent. */
export function tellingsOf(text: string): Telling[] {
  const found: Telling[] = [];
  const documents = (text.match(DOCUMENT) ?? []).filter(isDocument);
  const rest = documents.reduce((left, one) => left.replace(one, " "), text);
  if (documents.length > 0) found.push("document");
  if ((rest.match(DIGITS) ?? []).some(isPhone)) found.push("phone");
  if (EMAIL.test(text)) found.push("email");
  if (ADDRESSES.some((one) => one.test(text))) found.push("address");
  if (SCHOOLS.some((one) => one.test(text))) found.push("school");
  return found;
}

/** A resident identity number, by its check character (GB 11643-1999). */
function isDocument(number: string): boolean {
  const total = WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(number[at]), 0);
  return "10X98765432"[total % 11] === number.slice(-1).toUpperCase();
}

/** A mobile number of the mainland, or any with its country's code or written in groups. */
function isPhone(written: string): boolean {
  const digits = written.replace(/\D/g, "");
  if (/^1[3-9]\d{9}$/.test(digits)) return true;
  if (digits.length < 8 || digits.length > 15) return false;
  return written.startsWith("+") || (digits.startsWith("0") && digits.length >= 10);
}
