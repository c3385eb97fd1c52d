import { call } from "../../http/call";
import type { PublishedAnnuals } from "../../wire.gen";

const PLACE = "/api/v1/annual-reports";

/** Yearly reports that were published, and what was recommended and answered. */
export function fetchAnnuals(): Promise<PublishedAnnuals> {
  return call("GET", PLACE, { open: true });
}

/** Where a report is as it was signed. */
export const signedFile = (reportId: string) => `${PLACE}/${encodeURIComponent(reportId)}`;

/** Where a report is as text. */
export const textFile = (reportId: string, lang: string) =>
  `${signedFile(reportId)}/text?lang=${lang}`;
