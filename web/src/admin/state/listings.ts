import { type Key, t } from "../../i18n/index.svelte";

export const listingStateName = (id: string) => t(`admin.listing.state.${id}` as Key);
export const channelName = (id: string) => t(`admin.listing.channel.${id}` as Key);
export const holdName = (id: string) => t(`admin.listing.hold.${id}` as Key);
