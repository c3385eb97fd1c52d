/** What was being written in each room, for as long as the page lives. */
export const keptDrafts = new Map<string, string>();
