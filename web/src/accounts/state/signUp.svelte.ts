import { followLink } from "../../approvals/api/approval";
import type { Policy, PolicyItem } from "../../consent/api/policy";
import { type Notice, noticeOf } from "../../gate/api/status";
import { ApiError } from "../../http/call";
import { currentLang } from "../../i18n/index.svelte";
import { type Waiting, waitingOf } from "../../waitlist/api/waitlist";
import * as api from "../api/registrations";
import { deviceName } from "./deviceName";
import type { Session } from "./session.svelte";
import { Working } from "./working.svelte";

type Step =
  | "ask"
  | "closed"
  | "consent"
  | "contact"
  | "code"
  | "taken"
  | "official"
  | "name"
  | "wait"
  | "guardian"
  | "identity";

/** Where the name of a registration that waits is kept, so that a closed tab is no loss. */
const WAITING = "sign_up.waiting";

type Wait = "guardian" | "identity" | "wait";

/** The page that a wait is on: what the person can do something about comes first. */
function waitOf(heldFor: readonly unknown[]): Wait {
  if (heldFor.includes("guardian")) return "guardian";
  return heldFor.includes("realname") ? "identity" : "wait";
}

/**
 * One attempt to make an account, step by step. The gate is asked first, before anything about the
 * person; a refusal at any step shows its notice. Every verb raises `ApiError` for what it cannot
 * turn into a step.
 */
export class SignUp {
  step = $state<Step>("ask");
  notice = $state.raw<Notice | null>(null);
  waiting = $state.raw<Waiting | null>(null);
  /** Asked plainly, and answered by the person alone. */
  age = $state<"" | "older" | "younger">("");
  accountClass = $state<api.AccountClass>("personal");
  door = $state<api.ContactKind>("phone");
  region = $state<api.Region>("");
  contact = $state("");
  resendAfterSeconds = $state(60);
  waits = $state(false);
  /** What the first step may ask of this device. */
  readonly working = new Working();
  #id = "";

  async begin(invite: string): Promise<void> {
    await this.#orClosed(async () => {
      const asked: api.RegistrationAsked = {
        account_class: this.accountClass,
        door: this.door,
        service_region: this.region,
        ...(invite ? { invite_token: invite } : {}),
      };
      const begun = await this.working.through((proof) =>
        api.beginRegistration(proof ? { ...asked, proof } : asked),
      );
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
      const purposes = [...necessary, ...optional];
      const young = this.age === "younger";
      await api.sendConsent(this.#id, policy.version, purposes, currentLang(), young);
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
      const { taken } = await api.sendCode(this.#id, code);
      this.step = taken ? "taken" : this.#afterProof();
    });
  }

  /** The account that has this number is somebody else's. */
  async notMe(): Promise<void> {
    await this.#orClosed(async () => {
      await api.sayNotMe(this.#id);
      this.step = this.#afterProof();
    });
  }

  #afterProof(): Step {
    return this.accountClass === "official" ? "official" : "name";
  }

  async describe(subject: api.OfficialSubject): Promise<void> {
    await this.#orClosed(async () => {
      await api.sendOfficial(this.#id, subject);
      this.step = this.waits ? "wait" : "name";
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
      this.#forgetWait();
    });
    return session;
  }

  /** Back to the contact, to write another; what was written stays there to be mended. */
  correct(): void {
    this.step = "contact";
  }

  get id(): string {
    return this.#id;
  }

  /** Goes on with what waits for a decision, if this device has begun something that does. */
  resume(): void {
    const [kept, where] = localStorage.getItem(WAITING)?.split(" ") ?? [];
    if (kept) this.#wait(kept, where === "guardian" || where === "identity" ? where : "wait");
  }

  /** Comes back by the link of a message; it is good once. */
  async follow(token: string): Promise<void> {
    const back = await followLink(token);
    this.#wait(back.registration_id, waitOf(back.progress.held_for));
  }

  /** Goes on, or to what else the registration waits for. */
  settle(heldFor: readonly string[]): void {
    if (heldFor.length > 0) this.#wait(this.#id, waitOf(heldFor));
    else this.goOn();
  }

  /** Everything was decided: the last step is left. */
  goOn(): void {
    this.waits = false;
    this.step = "name";
  }

  /** Corrects the particulars that were asked for again. */
  amend(): void {
    this.accountClass = "official";
    this.step = "official";
  }

  startOver(): void {
    this.#forgetWait();
    this.#id = "";
    this.age = "";
    this.notice = null;
    this.step = "ask";
  }

  #wait(id: string, where: Wait): void {
    this.#id = id;
    this.waits = true;
    this.step = where;
    localStorage.setItem(WAITING, `${id} ${where}`);
  }

  #forgetWait(): void {
    this.waits = false;
    localStorage.removeItem(WAITING);
  }

  async #orClosed(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const notice =
        error instanceof ApiError && error.code.startsWith("gate.") ? noticeOf(error.body) : null;
      if (error instanceof ApiError && error.code === "gate.held") {
        const heldFor = error.body["held_for"];
        this.#wait(this.#id, waitOf(Array.isArray(heldFor) ? heldFor : []));
        return;
      }
      if (!notice) throw error;
      this.notice = notice;
      this.waiting = error instanceof ApiError ? waitingOf(error.body) : null;
      this.step = "closed";
    }
  }
}
