/** How pictures in evidence are shown to whoever reviews them, in this browser. */
export interface Reviewing {
  blurred: boolean;
  grey: boolean;
  /** Whether single letters take steps of a case. */
  letters: boolean;
}

const KEPT = "teahouse.reviewing";
const USUAL: Reviewing = { blurred: true, grey: true, letters: true };

/** What was kept, with what is missing as it usually is. */
export function readReviewing(text: string | null): Reviewing {
  try {
    const kept = JSON.parse(text ?? "{}") as Partial<Record<keyof Reviewing, unknown>>;
    return {
      blurred: kept.blurred !== false,
      grey: kept.grey !== false,
      letters: kept.letters !== false,
    };
  } catch {
    return USUAL;
  }
}

let chosen = $state.raw<Reviewing | null>(null);

export function reviewing(): Reviewing {
  return chosen ?? readReviewing(localStorage.getItem(KEPT));
}

export function chooseReviewing(next: Reviewing): void {
  localStorage.setItem(KEPT, JSON.stringify(next));
  chosen = next;
}
