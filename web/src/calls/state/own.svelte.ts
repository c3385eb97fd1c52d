/** What we give to a call: our voice, and our picture if we want to. Asked for only when pressed. */
export class Own {
  muted = $state(false);
  /** Our picture as we see it ourselves; null while the camera is off. */
  picture = $state.raw<MediaStreamTrack | null>(null);
  /** One stream for the whole call, so that the other side knows whose tracks they are. */
  readonly stream = new MediaStream();
  #opening: Promise<void> | null = null;

  /**
   * Raises `DOMException` (NotAllowedError, NotFoundError) when there is no microphone for us, and
   * `TypeError` where the page was not loaded over TLS. Who has no camera is heard all the same.
   */
  open(video: boolean): Promise<void> {
    this.#opening ??= this.#open(video).catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #open(video: boolean): Promise<void> {
    const taken = video ? await withPicture() : await take({ audio: true });
    for (const track of taken.getTracks()) this.stream.addTrack(track);
    this.picture = this.stream.getVideoTracks()[0] ?? null;
    for (const track of this.stream.getAudioTracks()) track.enabled = !this.muted;
  }

  mute(muted: boolean): void {
    this.muted = muted;
    for (const track of this.stream.getAudioTracks()) track.enabled = !muted;
  }

  /** Raises as `open`. */
  async cameraOn(): Promise<MediaStreamTrack | null> {
    const [track] = (await take({ video: PICTURE })).getVideoTracks();
    if (!track) return null;
    this.stream.addTrack(track);
    this.picture = track;
    return track;
  }

  /** The camera's own light goes out too. */
  cameraOff(): void {
    for (const track of this.stream.getVideoTracks()) {
      track.stop();
      this.stream.removeTrack(track);
    }
    this.picture = null;
  }

  /** Lets go of microphone and camera. */
  close(): void {
    for (const track of this.stream.getTracks()) {
      track.stop();
      this.stream.removeTrack(track);
    }
    this.picture = null;
  }
}

const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: "user" };

async function take(wanted: MediaStreamConstraints): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia(wanted);
}

async function withPicture(): Promise<MediaStream> {
  try {
    return await take({ audio: true, video: PICTURE });
  } catch (error) {
    const hasNone = error instanceof DOMException && error.name === "NotFoundError";
    if (!hasNone) throw error;
    return take({ audio: true });
  }
}
