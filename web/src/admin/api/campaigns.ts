import type { CampaignsWire, DisclosuresWire } from "../../wire.gen";
import { ask } from "./ask";

type CampaignAct = "announce" | "cancel" | "halt";
type RequestAct = "give" | "refuse" | "withdraw";

export const fetchCampaigns = (): Promise<CampaignsWire> => ask("GET", "/campaigns");

/** Keeps a draft as it was written; the server reads it strictly. */
export const draftCampaign = (body: unknown): Promise<unknown> =>
  ask("POST", "/campaigns", { body });

export const actOnCampaign = (id: string, act: CampaignAct, reason?: string): Promise<unknown> =>
  ask("POST", `/campaigns/${encodeURIComponent(id)}/${act}`, {
    body: reason === undefined ? {} : { reason },
  });

/** The register of authorities' requests for data; that it was read is in the audit log. */
export const fetchDisclosures = (): Promise<DisclosuresWire> => ask("GET", "/disclosures");

export const recordDisclosure = (body: unknown): Promise<unknown> =>
  ask("POST", "/disclosures", { body });

export const proposeDisclosure = (
  id: string,
  proposal: { given: string; accounts: number; approval: string },
): Promise<unknown> =>
  ask("POST", `/disclosures/${encodeURIComponent(id)}/propose`, { body: proposal });

export const actOnDisclosure = (id: string, act: RequestAct, reason?: string): Promise<unknown> =>
  ask("POST", `/disclosures/${encodeURIComponent(id)}/${act}`, {
    body: reason === undefined ? {} : { reason },
  });
