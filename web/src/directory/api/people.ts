import { call } from "../../http/call";

export interface Person {
  user_id: string;
  display_name?: string | null;
  avatar_url?: string | null;
}

/** People whose name or id has `term` in it, as far as the server shows them to us. */
export async function searchPeople(term: string, signal: AbortSignal): Promise<Person[]> {
  const body = { search_term: term, limit: 20 };
  const answer = await call<{ results: Person[] }>(
    "POST",
    "/_matrix/client/v3/user_directory/search",
    { body, signal },
  );
  return answer.results;
}

/** Since when somebody's account is kept in their memory; `null` when it is not, or nobody knows. */
export async function fetchMemorial(userId: string): Promise<string | null> {
  const path = `/_matrix/client/v3/profile/${encodeURIComponent(userId)}/org.teahouse.memorial`;
  const told = await call<Record<string, { since?: string }>>("GET", path).catch(() => null);
  return told?.["org.teahouse.memorial"]?.since ?? null;
}

export function setDisplayName(me: string, displayname: string): Promise<unknown> {
  return call("PUT", `/_matrix/client/v3/profile/${encodeURIComponent(me)}/displayname`, {
    body: { displayname },
  });
}

export function setAvatar(me: string, avatar_url: string): Promise<unknown> {
  return call("PUT", `/_matrix/client/v3/profile/${encodeURIComponent(me)}/avatar_url`, {
    body: { avatar_url },
  });
}
