let term = "";

/** What was looked for last, so that the way back from an account leads to what was found. */
export function lastSearch(): string {
  return term;
}

export function rememberSearch(next: string): void {
  term = next;
}
