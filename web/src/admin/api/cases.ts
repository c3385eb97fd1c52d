import { callBytes } from "../../http/call";
import type {
  CaseActBody,
  CaseAppealsWire,
  CaseAppealWire,
  CaseDetailWire,
  CaseOpenBody,
  CaseOpenedWire,
  Preferences,
  QueuedCaseWire,
  QueueWire,
  RuleBook,
  SignOffsWire,
  SignOffWire,
  Wellbeing,
} from "../../wire.gen";
import { ask } from "./ask";

const pathOf = (caseId: string) => `/cases/${encodeURIComponent(caseId)}`;

/** Cases in a state, those that most independent people reported first; those after one of them. */
export function fetchQueue(state: string, category = "", after = ""): Promise<QueueWire> {
  return ask("GET", "/cases", { query: { state, category, after } });
}

/** A case with its evidence; looking at it is audited. */
export function fetchCase(caseId: string): Promise<CaseDetailWire> {
  return ask("GET", pathOf(caseId));
}

/** A picture that the evidence names, also while it is hidden from everybody else. */
export function fetchPicture(caseId: string, mediaId: string): Promise<Blob> {
  const file = encodeURIComponent(mediaId);
  return callBytes(`/api/v1/operator${pathOf(caseId)}/pictures/${file}`);
}

/** Begins a case that nobody reported, and tells its id. */
export async function openCase(body: CaseOpenBody): Promise<string> {
  return (await ask<CaseOpenedWire>("POST", "/cases", { body })).case_id;
}

export function claimCase(caseId: string): Promise<QueuedCaseWire> {
  return ask("POST", `${pathOf(caseId)}/claim`);
}

export function actOnCase(caseId: string, body: CaseActBody): Promise<CaseDetailWire> {
  return ask("POST", `${pathOf(caseId)}/acts`, { body });
}

/** Appeals that wait, what is due first. */
export async function fetchAppeals(): Promise<CaseAppealWire[]> {
  return (await ask<CaseAppealsWire>("GET", "/cases/appeals")).appeals;
}

export function takeAppeal(caseId: string): Promise<CaseDetailWire> {
  return ask("POST", `${pathOf(caseId)}/appeal/take`);
}

export function decideAppeal(
  caseId: string,
  outcome: string,
  answer: string,
): Promise<CaseDetailWire> {
  return ask("POST", `${pathOf(caseId)}/appeal/decide`, { body: { outcome, answer } });
}

export async function fetchSignOffs(): Promise<SignOffWire[]> {
  return (await ask<SignOffsWire>("GET", "/cases/sign-offs")).sign_offs;
}

/** Agrees, for a day, that others decide on more accounts for `reason`. */
export function signOff(reason: string): Promise<unknown> {
  return ask("POST", "/cases/sign-offs", { body: { reason } });
}

export function reviewSignOff(signOffId: string): Promise<unknown> {
  return ask("POST", `/cases/sign-offs/${encodeURIComponent(signOffId)}/review`);
}

/** Says that an account is the operator's own. */
export function nameOwnAccount(userId: string): Promise<unknown> {
  return ask("POST", "/cases/own-account", { body: { user_id: userId } });
}

export function fetchRuleBook(): Promise<RuleBook> {
  return ask("GET", "/cases/rules");
}

/** How one sees what is disturbing, and how much of it one has seen today. */
export const fetchWellbeing = (): Promise<Wellbeing> => ask("GET", "/wellbeing");

export const chooseWellbeing = (chosen: Preferences): Promise<Wellbeing> =>
  ask("PUT", "/wellbeing", { body: chosen });
