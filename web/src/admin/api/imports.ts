import { ask } from "./ask";

export interface Import {
  import_id: string;
  label: string;
  state: "running" | "paused" | "done" | "undone";
  /** The refusal that stopped it, in the server's words. */
  paused_for: string;
  created_by: string;
  created_at: string;
  ready: number;
  made: number;
  refused: number;
  undone: number;
  /** Whose person did not want it. */
  declined: number;
  to_tell: number;
  told: number;
  not_told: number;
  /** Who took their account by the link in the message. */
  arrived: number;
}

/** What a dry run found; rows are numbered from 1, without the heading. */
export interface Report {
  rows: number;
  ready: number;
  findings: { number: number; wrong: string }[];
  messages: { contact_kind: string; adapter: string; count: number }[];
}

export interface ImportDetail {
  about: Import;
  refused: { number: number; why: string }[];
}

const one = (id: string) => `/imports/${encodeURIComponent(id)}`;

export function checkFile(csv: string): Promise<Report> {
  return ask("POST", "/imports/check", { body: { csv } });
}

export function startImport(csv: string, label: string): Promise<Import> {
  return ask("POST", "/imports", { body: { csv, label } });
}

export async function fetchImports(): Promise<Import[]> {
  return (await ask<{ imports: Import[] }>("GET", "/imports")).imports;
}

export function fetchImport(id: string): Promise<ImportDetail> {
  return ask("GET", one(id));
}

export function resumeImport(id: string): Promise<Import> {
  return ask("POST", `${one(id)}/resume`);
}

export function undoImport(id: string): Promise<Import> {
  return ask("POST", `${one(id)}/undo`);
}
