import { call } from "../../http/call";

/** Proof of what the person agreed to, and when. */
export interface Receipt {
  id: string;
  policy_version: string;
  accepted_purposes: string[];
  lang: string;
  given_at: string;
  withdrawn_at?: string | null;
}

export async function fetchReceipts(): Promise<Receipt[]> {
  return (await call<{ receipts: Receipt[] }>("GET", "/api/v1/account/receipts")).receipts;
}
