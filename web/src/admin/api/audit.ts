import type { Json } from "../../http/call";
import { ask } from "./ask";

export interface AuditEntry {
  seq: number;
  at: string;
  actor: string;
  act: string;
  target: string;
  reach: Json;
  detail: Json;
  hash: string;
}

export interface AuditFilter {
  act?: string | undefined;
  actor?: string | undefined;
  target?: string | undefined;
  before?: number | undefined;
}

export function fetchAudit(
  filter: AuditFilter,
): Promise<{ entries: AuditEntry[]; next_before: number | null }> {
  return ask("GET", "/audit", { query: { limit: 50, ...filter } });
}

export function verifyAudit(): Promise<{ intact: boolean; first_wrong: number | null }> {
  return ask("GET", "/audit/verify");
}
