import type {
  AffectedWire,
  CaseBody,
  CasesWire,
  CaseWire,
  NoticeWire,
  ReachedWire,
  UntilWire,
} from "../../wire.gen";
import { ask } from "./ask";

export type Whom = "people" | "authority";

const CASES = "/breaches";
const caseAt = (caseId: string) => `${CASES}/${encodeURIComponent(caseId)}`;

/** The cases, and the tables in which something is sealed. */
export const fetchCases = (): Promise<CasesWire> => ask("GET", CASES);

export const openCase = (body: CaseBody): Promise<CaseWire> => ask("POST", CASES, { body });

export const fetchCase = (caseId: string): Promise<CaseWire> => ask("GET", caseAt(caseId));

export const writeTold = (caseId: string, told: CaseWire["told"]): Promise<CaseWire> =>
  ask("PUT", `${caseAt(caseId)}/told`, { body: told });

/** A notice as it stands, and what is lacking in it. */
export const fetchNotice = (caseId: string, whom: Whom): Promise<NoticeWire> =>
  ask("GET", `${caseAt(caseId)}/notice`, { query: { whom } });

export const fetchAffected = (caseId: string, after: string): Promise<AffectedWire> =>
  ask("GET", `${caseAt(caseId)}/affected`, { query: { after, limit: 100 } });

/** Asks, as the first person, to read contacts; a second one agrees. */
export const askContacts = (caseId: string): Promise<unknown> =>
  ask("POST", `${caseAt(caseId)}/contacts/ask`, { body: {} });

export const agreeContacts = (caseId: string): Promise<UntilWire> =>
  ask("POST", `${caseAt(caseId)}/contacts/agree`, { body: {} });

export const fetchContacts = (caseId: string, after: string): Promise<ReachedWire> =>
  ask("GET", `${caseAt(caseId)}/contacts`, { query: { after } });

export const actOnCase = (
  caseId: string,
  act: "authority-told" | "tell" | "close",
): Promise<CaseWire> => ask("POST", `${caseAt(caseId)}/${act}`, { body: {} });

/** Decides that people need not be told, and why. */
export const sparePeople = (caseId: string, why: string): Promise<CaseWire> =>
  ask("POST", `${caseAt(caseId)}/spare`, { body: { why } });
