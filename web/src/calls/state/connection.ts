import type { Candidate, Description } from "./model";

/** Ways found so soon go with the offer or the answer itself. */
const FIRST_MS = 200;
/** The others are sent a few at a time: so long after an offer, and after an answer. */
export const AFTER_OFFER_MS = 2_000;
export const AFTER_ANSWER_MS = 500;

interface Told {
  found: (candidates: Candidate[]) => void;
  link: (state: "up" | "shaky" | "down") => void;
  changed: (description: Description) => void;
  track: (track: MediaStreamTrack, stream: MediaStream) => void;
  failed: (error: unknown) => void;
}

/**
 * The wire between two devices. What is found of it is told in batches, an empty candidate last; a
 * change of plan by both at once is settled by who is polite (WebRTC's "perfect negotiation").
 */
export class Connection {
  readonly #wire: RTCPeerConnection;
  readonly #found: Candidate[] = [];
  readonly #early: Candidate[] = [];
  #batching = false;
  #timer = 0;
  #stirred = false;
  #settled = false;
  #offering = false;
  #ignoring = false;

  constructor(
    relays: RTCIceServer[],
    readonly stream: MediaStream,
    private readonly polite: boolean,
    private readonly told: Told,
  ) {
    this.#wire = new RTCPeerConnection({ iceServers: relays });
    this.#wire.onicecandidate = ({ candidate }) => this.#onFound(candidate);
    this.#wire.onicegatheringstatechange = () => this.#onGathered();
    this.#wire.onconnectionstatechange = () => this.#onLink();
    this.#wire.onnegotiationneeded = () => this.#onChange();
    this.#wire.ontrack = ({ track, streams: [stream] }) => {
      if (stream) this.told.track(track, stream);
    };
  }

  /** Our offer, with the ways that were found at once. */
  async offer(): Promise<string> {
    for (const track of this.stream.getTracks()) this.#wire.addTrack(track, this.stream);
    await this.#wire.setLocalDescription();
    return this.#described();
  }

  /** Our answer to `sdp`, likewise. */
  async answer(sdp: string): Promise<string> {
    await this.#wire.setRemoteDescription({ type: "offer", sdp });
    for (const track of this.stream.getTracks()) this.#wire.addTrack(track, this.stream);
    await this.#wire.setLocalDescription();
    await this.#takeEarly();
    this.#settled = true;
    return this.#described();
  }

  async takeAnswer(sdp: string): Promise<void> {
    await this.#wire.setRemoteDescription({ type: "answer", sdp });
    this.#settled = true;
    await this.#takeEarly();
    if (this.#stirred) this.#onChange();
  }

  async takeCandidates(candidates: readonly Candidate[]): Promise<void> {
    if (!this.#wire.remoteDescription) {
      this.#early.push(...candidates);
      return;
    }
    for (const one of candidates) {
      // A way that this browser cannot read is a way less, and no reason to stop.
      await this.#wire.addIceCandidate(one).catch(() => undefined);
    }
  }

  /** What the other side wants changed, or what it says to what we want changed. */
  async takeDescription(description: Description): Promise<void> {
    const isCollision =
      description.type === "offer" && (this.#offering || this.#wire.signalingState !== "stable");
    this.#ignoring = !this.polite && isCollision;
    if (this.#ignoring || (description.type === "answer" && this.#wire.signalingState === "stable"))
      return;
    await this.#wire.setRemoteDescription(description);
    if (description.type !== "offer") return;
    await this.#wire.setLocalDescription();
    this.#tellChange();
  }

  /** From now on what is found is told, first after `ms`. */
  tellFound(ms: number): void {
    this.#batching = true;
    if (this.#wire.iceGatheringState === "complete") this.#flush(true);
    else this.#timer = window.setTimeout(() => this.#flush(false), ms);
  }

  /** Sends `track` in the place of the last of its kind, or in a place of its own. */
  async send(track: MediaStreamTrack): Promise<void> {
    const place = this.#placeOf(track.kind);
    if (!place) {
      this.#wire.addTrack(track, this.stream);
      return;
    }
    await place.sender.replaceTrack(track);
    if (place.direction !== "recvonly") return;
    place.sender.setStreams(this.stream);
    place.direction = "sendrecv";
  }

  async stopSending(kind: "audio" | "video"): Promise<void> {
    await this.#placeOf(kind)?.sender.replaceTrack(null);
  }

  restart(): void {
    this.#wire.restartIce();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#wire.onconnectionstatechange = null;
    this.#wire.close();
  }

  #placeOf(kind: string): RTCRtpTransceiver | undefined {
    return this.#wire.getTransceivers().find((one) => one.receiver.track.kind === kind);
  }

  async #takeEarly(): Promise<void> {
    await this.takeCandidates(this.#early.splice(0));
  }

  async #described(): Promise<string> {
    if (this.#wire.iceGatheringState !== "complete") {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, FIRST_MS);
        this.#wire.addEventListener("icegatheringstatechange", () => {
          if (this.#wire.iceGatheringState !== "complete") return;
          clearTimeout(timer);
          resolve();
        });
      });
    }
    this.#found.length = 0; // the description has them
    return this.#wire.localDescription?.sdp ?? "";
  }

  #onFound(candidate: RTCIceCandidate | null): void {
    if (!candidate?.candidate) return;
    const { sdpMid, sdpMLineIndex } = candidate;
    this.#found.push({ candidate: candidate.candidate, sdpMid, sdpMLineIndex });
    if (!this.#batching || this.#timer !== 0) return;
    this.#timer = window.setTimeout(() => this.#flush(false), AFTER_ANSWER_MS);
  }

  #onGathered(): void {
    if (this.#batching && this.#wire.iceGatheringState === "complete") this.#flush(true);
  }

  #flush(isLast: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const candidates = this.#found.splice(0);
    if (isLast) candidates.push({ candidate: "" });
    if (candidates.length > 0) this.told.found(candidates);
  }

  #onLink(): void {
    const state = this.#wire.connectionState;
    if (state === "connected") this.told.link("up");
    else if (state === "disconnected") this.told.link("shaky");
    else if (state === "failed") this.told.link("down");
  }

  /** The first plan goes with the invitation; every later one by itself. */
  #onChange(): void {
    this.#stirred = !this.#settled;
    if (!this.#settled) return;
    this.#offering = true;
    this.#wire
      .setLocalDescription()
      .then(() => this.#tellChange(), this.told.failed)
      .finally(() => {
        this.#offering = false;
      });
  }

  #tellChange(): void {
    const now = this.#wire.localDescription;
    if (now?.type === "offer" || now?.type === "answer")
      this.told.changed({ type: now.type, sdp: now.sdp });
  }
}
