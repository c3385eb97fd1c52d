import type { DiskUse } from "../../wire.gen";
import { ask } from "./ask";

export function fetchStorage(): Promise<DiskUse> {
  return ask("GET", "/storage");
}
