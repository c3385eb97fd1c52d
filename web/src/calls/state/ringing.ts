/** A soft ringing, made on the spot: two notes, a pause, and again until `stop`. */
export class Ringing {
  #context: AudioContext | null = null;
  #timer = 0;

  /** `far`: as one hears it who calls. A browser that lets nothing sound unasked stays silent. */
  start(far: boolean): void {
    if (this.#context) return;
    this.#context = new AudioContext();
    const notes = far ? [440, 440] : [523, 659];
    const volume = far ? 0.04 : 0.12;
    const ring = () => {
      for (const [nth, pitch] of notes.entries()) this.#note(pitch, nth * 0.45, volume);
    };
    ring();
    this.#timer = window.setInterval(ring, 3_000);
  }

  stop(): void {
    clearInterval(this.#timer);
    void this.#context?.close();
    this.#context = null;
  }

  #note(pitch: number, after: number, volume: number): void {
    const context = this.#context;
    if (context?.state === "suspended") void context.resume();
    if (context?.state !== "running") return;
    const at = context.currentTime + after;
    const voice = new OscillatorNode(context, { frequency: pitch });
    const loudness = new GainNode(context, { gain: 0 });
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(volume, at + 0.04);
    loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.42);
    voice.connect(loudness).connect(context.destination);
    voice.start(at);
    voice.stop(at + 0.45);
  }
}
