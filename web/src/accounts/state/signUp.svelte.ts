import type { Policy, PolicyItem } from "../../consent/api/policy";
import { type Notice, noticeOf } from "../../gate/api/status";
import { ApiError } from "../../http/call";
import { currentLang } from "../../i18n/index.svelte";
import * as api from "../api/registrations";
import { deviceName } from "./deviceName";
import type { Session } from "./session.svelte";

type Step = "ask" | "closed" | "consent" | "contact" | "code" | "official" | "name";

/**
 * One attempt to make an account, step by step. The gate is asked first, before anything about the
 * person; a refusal at any step shows its notice. Every verb raises `ApiError` for what it cannot
 * turn into a step.
 */
export class SignUp {
  step = $state<Step>("ask");
  notice = $state.raw<Notice | null>(null);
  accountClass = $state<api.AccountClass>("personal");
  door = $state<api.ContactKind>("phone");
  region = $state<api.Region>("");
  contact = $state("");
  resendAfterSeconds = $state(60);
  #id = "";

  async begin(invite: string): Promise<void> {
    await this.#orClosed(async () => {
      const begun = await api.beginRegistration({
        account_class: this.accountClass,
        door: this.door,
        service_region: this.region,
        ...(invite ? { invite_token: invite } : {}),
      });
      this.#id = begun.registration_id;
      this.step = "consent";
    });
  }

  /** What the policy says about accounts of this class; operators' own rows are not asked of anyone. */
  concerned(policy: Policy | null): PolicyItem[] {
    return policy?.items.filter((item) => item.classes.includes(this.accountClass)) ?? [];
  }

  async accept(policy: Policy, optional: readonly string[]): Promise<void> {
    const necessary = this.concerned(policy)
      .filter((item) => item.necessity === "necessary")
      .map((item) => item.id);
    await this.#orClosed(async () => {
      await api.sendConsent(this.#id, policy.version, [...necessary, ...optional], currentLang());
      this.step = "contact";
    });
  }

  async sendContact(value: string): Promise<void> {
    await this.#orClosed(async () => {
      const sent = await api.sendContact(this.#id, this.door, value);
      this.contact = value;
      this.resendAfterSeconds = sent.resend_after_seconds;
      this.step = "code";
    });
  }

  async verify(code: string): Promise<void> {
    await this.#orClosed(async () => {
      await api.sendCode(this.#id, code);
      this.step = this.accountClass === "official" ? "official" : "name";
    });
  }

  async describe(subject: api.OfficialSubject): Promise<void> {
    await this.#orClosed(async () => {
      await api.sendOfficial(this.#id, subject);
      this.step = "name";
    });
  }

  /** The session of the new account, or null when the gate closed meanwhile. */
  async finish(username: string, displayName: string, password: string): Promise<Session | null> {
    let session: Session | null = null;
    await this.#orClosed(async () => {
      session = await api.finishRegistration(this.#id, {
        username,
        device_name: deviceName(navigator.userAgent),
        ...(displayName ? { display_name: displayName } : {}),
        ...(password ? { password } : {}),
      });
    });
    return session;
  }

  startOver(): void {
    this.#id = "";
    this.notice = null;
    this.step = "ask";
  }

  async #orClosed(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const notice =
        error instanceof ApiError && error.code.startsWith("gate.") ? noticeOf(error.body) : null;
      if (!notice) throw error;
      this.notice = notice;
      this.step = "closed";
    }
  }
}
