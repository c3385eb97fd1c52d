import type { Transparency } from "../../wire.gen";
import { ask } from "./ask";

/** The exact figures of any days, as `2026-01-31`: they are not for everybody. */
export const fetchExact = (from: string, until: string): Promise<Transparency> =>
  ask("GET", "/rulings/report", { query: { from, until } });
