import type {
  LetGoBody,
  ListingsActBody,
  ListingsBody,
  ListingWire,
  RemovalBody,
  TakenListingsWire,
} from "../../wire.gen";
import { ask } from "./ask";

const DESK = "/listings";

interface Found {
  listings: ListingWire[];
}

/** Where the apps of the house can be had. */
export const fetchListings = async (): Promise<ListingWire[]> =>
  (await ask<Found>("GET", DESK)).listings;

/** Take in a list of apps, or with a dry run only see what would be. */
export const takeListings = (body: ListingsBody): Promise<TakenListingsWire> =>
  ask("POST", `${DESK}/import`, { body });

export const actOnListings = (body: ListingsActBody): Promise<unknown> =>
  ask("POST", `${DESK}/acts`, { body });

export const removeListings = (body: RemovalBody): Promise<unknown> =>
  ask("POST", `${DESK}/remove`, { body });

export const letGoListings = (body: LetGoBody): Promise<unknown> =>
  ask("POST", `${DESK}/let-go`, { body });
