/**
 * The mark, drawn by us as one stroked path on a 32-unit square: steam, lid, two ripples and the
 * bowl of a gaiwan, which together read as 言 (speech). `public/mark.svg` holds the same path.
 */
export const MARK_PATH =
  "M16.8 2c-2.2 1.7 1.4 2.7-.8 4.6M3.5 12.4Q16 5.4 28.5 12.4M9.6 15.6q3.2-1.5 6.4 0t6.4 0M9.6 19.4q3.2-1.5 6.4 0t6.4 0M7.6 23.2h16.8c-.3 4.2-3.2 6.6-8.4 6.6s-8.1-2.4-8.4-6.6z";
