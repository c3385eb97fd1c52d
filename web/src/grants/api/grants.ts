import type { OwnProof } from "../../accounts/api/sessions";
import { call } from "../../http/call";
import type { App, AppsOut, GrantAnsweredOut, GrantTold } from "../../wire.gen";

const MINE = "/api/v1/account/grants";

/** What an app asks for: by the word that it sent the browser with, or by the code that it shows. */
export function lookAtApp(word: string): Promise<GrantTold> {
  return call("POST", `${MINE}/look`, { body: { word } });
}

/** Lets an app in; where the browser goes then, if anywhere. */
export async function allowApp(word: string): Promise<string | null> {
  return (await call<GrantAnsweredOut>("POST", `${MINE}/allow`, { body: { word } })).go_to;
}

/** Keeps an app out; where the browser goes then, if anywhere. */
export async function refuseApp(word: string): Promise<string | null> {
  return (await call<GrantAnsweredOut>("POST", `${MINE}/refuse`, { body: { word } })).go_to;
}

/** The apps that are signed in by this way. */
export async function fetchApps(): Promise<readonly App[]> {
  return (await call<AppsOut>("GET", MINE)).apps;
}

/** Lets an app replace the keys by which devices know each other, once. */
export function allowReset(proof: OwnProof): Promise<unknown> {
  return call("POST", `${MINE}/reset`, { body: proof });
}
