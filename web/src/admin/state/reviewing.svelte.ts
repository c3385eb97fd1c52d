const KEPT = "teahouse.letters";

let chosen = $state<boolean | null>(null);

/** Whether single letters take steps of a case, in this browser. */
export const takesLetters = (): boolean => chosen ?? localStorage.getItem(KEPT) !== "0";

export function chooseLetters(yes: boolean): void {
  localStorage.setItem(KEPT, yes ? "1" : "0");
  chosen = yes;
}
