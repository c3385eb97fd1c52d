import { call } from "../../http/call";
import type { UpgradeStatusWire } from "../../wire.gen";

/** What everybody may know of the upgrade that is running. */
export function fetchUpgradeStatus(): Promise<UpgradeStatusWire> {
  return call("GET", "/api/v1/upgrades/status", { open: true });
}
