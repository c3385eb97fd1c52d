import { call } from "../../http/call";
import type { RecordOpenedWire, RecordsOpenedWire } from "../../wire.gen";

/** When who runs the house could look at a minor's record: one's own, or a ward's. */
export async function fetchOpened(ward: string | null): Promise<RecordOpenedWire[]> {
  const whose = ward === null ? "minors/me" : `guardian/wards/${encodeURIComponent(ward)}`;
  return (await call<RecordsOpenedWire>("GET", `/api/v1/${whose}/unsealings`)).opened;
}
