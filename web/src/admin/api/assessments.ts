import type {
  AssessmentActBody,
  AssessmentBody,
  AssessmentDetailWire,
  AssessmentsWire,
  AssessmentText,
} from "../../wire.gen";
import { ask } from "./ask";

const one = (id: string) => `/assessments/${encodeURIComponent(id)}`;

export const fetchAssessments = (): Promise<AssessmentsWire> => ask("GET", "/assessments");

export const fetchAssessment = (id: string): Promise<AssessmentDetailWire> => ask("GET", one(id));

export const draftAssessment = (body: AssessmentBody): Promise<AssessmentDetailWire> =>
  ask("POST", "/assessments", { body });

export const rewriteAssessment = (
  id: string,
  body: AssessmentText,
): Promise<AssessmentDetailWire> => ask("PUT", one(id), { body });

export const actOnAssessment = (
  id: string,
  body: AssessmentActBody,
): Promise<AssessmentDetailWire> => ask("POST", `${one(id)}/acts`, { body });

/** Forgets one that need not be kept any more. */
export const forgetAssessment = (id: string): Promise<unknown> => ask("DELETE", one(id));

/** Says of the house what brings a yearly assessment. */
export const declareOfHouse = (
  name: string,
  holds: boolean,
  reason: string,
): Promise<AssessmentsWire> =>
  ask("PUT", `/assessments/declared/${encodeURIComponent(name)}`, { body: { holds, reason } });
