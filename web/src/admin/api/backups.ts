import { ask } from "./ask";

/** A back-up that was made. */
export interface Backup {
  backup_id: string;
  made_at: string;
  place: string;
  bytes_count: number;
  locked: boolean;
  missing_count: number;
  old_keys: boolean;
  gone_at: string | null;
}

/** The newest back-ups; `old`: there is none of the last week. */
export interface Backups {
  backups: Backup[];
  old: boolean;
}

export function fetchBackups(): Promise<Backups> {
  return ask("GET", "/backups");
}
