import { ask } from "./ask";

export type ChannelName = "mail" | "sms";

export interface MailServer {
  host: string;
  port: number;
  tls: boolean;
  username: string;
  mail_from: string;
}

export interface ChannelFailure {
  at: string;
  why: string;
  status: number | null;
}

export interface Channel {
  channel: ChannelName;
  is_on: boolean;
  is_fixed: boolean;
  sent_at: string | null;
  failures: ChannelFailure[];
}

/** A part of each day by the clock, such as 18:00 to 23:00; one may pass midnight. */
export interface Stretch {
  begins: string;
  ends: string;
}

/** When a security upgrade goes slowest, and whose day that is. */
export interface Quiet {
  stretches: Stretch[];
  zone: string;
}

/** For how many days messages are kept; 0: for ever, or no limit. */
export interface Retention {
  default_days: number;
  least_days: number;
  most_days: number;
}

/** For how many days files are kept that nothing names, and where an encrypted message may; 0: for ever. */
export interface Collection {
  days: number;
  encrypted_days: number;
}

/** What the console may change; `fixed` names the parts that the configuration file decides. */
export interface Settings {
  url: string;
  name: string;
  contact: string;
  profile: string;
  mail: MailServer & { has_password: boolean };
  sms: { url: string; has_token: boolean };
  quiet: Quiet;
  encryption: string;
  previews: string;
  apps: string;
  retention: Retention;
  collection: Collection;
  fixed: string[];
  channels: Channel[];
}

export interface Tested {
  sent: boolean;
  why: string;
  status: number | null;
  took_ms: number;
}

export interface Setup {
  step: string | null;
  finished: boolean;
}

export function fetchSettings(): Promise<Settings> {
  return ask("GET", "/settings");
}

export function saveHouse(name: string, contact: string): Promise<Settings> {
  return ask("PUT", "/settings/house", { body: { name, contact } });
}

export function saveProfile(profile: string): Promise<Settings> {
  return ask("PUT", "/settings/profile", { body: { profile } });
}

/** No password keeps the one there is; no host turns mail off. */
export function saveMail(mail: MailServer, password: string | null): Promise<Settings> {
  return ask("PUT", "/settings/mail", { body: { ...mail, password } });
}

/** No token keeps the one there is; no address turns SMS off. */
export function saveSms(url: string, token: string | null): Promise<Settings> {
  return ask("PUT", "/settings/sms", { body: { url, token } });
}

export function saveEncryption(encryption: string): Promise<Settings> {
  return ask("PUT", "/settings/encryption", { body: { encryption } });
}

export function savePreviews(previews: string): Promise<Settings> {
  return ask("PUT", "/settings/previews", { body: { previews } });
}

export function saveApps(apps: string): Promise<Settings> {
  return ask("PUT", "/settings/apps", { body: { apps } });
}

export function saveRetention(retention: Retention): Promise<Settings> {
  return ask("PUT", "/settings/retention", { body: retention });
}

export function saveCollection(collection: Collection): Promise<Settings> {
  return ask("PUT", "/settings/collection", { body: collection });
}

/** No stretches: it goes as fast as people do not notice, at every hour. */
export function saveQuiet(quiet: Quiet): Promise<Settings> {
  return ask("PUT", "/settings/quiet", { body: quiet });
}

export function testChannel(channel: ChannelName, to: string, lang: string): Promise<Tested> {
  return ask("POST", `/settings/${channel}/test`, { body: { to, lang } });
}

export function fetchSetup(): Promise<Setup> {
  return ask("GET", "/setup");
}

export function noteStep(step: string): Promise<Setup> {
  return ask("PUT", "/setup", { body: { step } });
}

export function endSetup(): Promise<Setup> {
  return ask("POST", "/setup/done");
}

/** The picture of an address of this house, as SVG. */
export async function drawAddress(text: string): Promise<string> {
  return (await ask<{ svg: string }>("POST", "/setup/qr", { body: { text } })).svg;
}
