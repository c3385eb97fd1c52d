import { waveformOf } from "./prepare";

export interface Recording {
  bytes: Blob;
  durationMs: number;
  waveform: number[];
}

const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];
const SAMPLE_MS = 60;
const BARS = 60;
const LENGTH_MAX_MS = 5 * 60_000;

/** Whether this browser can record here at all (it does so only over TLS or on this machine). */
export function canRecord(): boolean {
  return "MediaRecorder" in globalThis && navigator.mediaDevices !== undefined;
}

/** Records one voice note; the microphone is asked for only when `start` is called. */
export class Recorder {
  elapsedMs = $state(0);
  level = $state(0);
  #recorder: MediaRecorder | null = null;
  #stream: MediaStream | null = null;
  #context: AudioContext | null = null;
  #timer = 0;
  #chunks: Blob[] = [];
  #samples: number[] = [];

  /** Raises `DOMException` (NotAllowedError, NotFoundError) when there is no microphone for us. */
  async start(): Promise<void> {
    this.#stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    this.#recorder = new MediaRecorder(this.#stream, mimeType ? { mimeType } : {});
    this.#recorder.ondataavailable = ({ data }) => this.#chunks.push(data);
    this.#recorder.start();
    this.#listen(this.#stream);
  }

  /** Ends the recording and hands it over. */
  async stop(): Promise<Recording> {
    const recorder = this.#recorder;
    if (!recorder) throw new Error("not recording");
    await new Promise<void>((resolve) => {
      recorder.onstop = () => resolve();
      recorder.stop();
    });
    const recording = {
      bytes: new Blob(this.#chunks, { type: recorder.mimeType }),
      durationMs: Math.round(this.elapsedMs),
      waveform: waveformOf(this.#samples, BARS),
    };
    this.cancel();
    return recording;
  }

  /** Lets go of the microphone and forgets what was recorded. */
  cancel(): void {
    clearInterval(this.#timer);
    if (this.#recorder?.state === "recording") this.#recorder.stop();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    void this.#context?.close();
    this.#recorder = null;
    this.#stream = null;
    this.#context = null;
  }

  #listen(stream: MediaStream): void {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const wave = new Float32Array(analyser.fftSize);
    const startedAt = performance.now();
    this.#context = context;
    this.#timer = window.setInterval(() => {
      analyser.getFloatTimeDomainData(wave);
      this.level = Math.sqrt(wave.reduce((sum, value) => sum + value * value, 0) / wave.length);
      this.#samples.push(this.level);
      this.elapsedMs = performance.now() - startedAt;
      if (this.elapsedMs >= LENGTH_MAX_MS && this.#recorder?.state === "recording")
        this.#recorder.pause();
    }, SAMPLE_MS);
  }
}
