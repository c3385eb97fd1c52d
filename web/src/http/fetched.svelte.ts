/** What is shown of the server: the newest answer, and why the last question had none. */
export class Fetched<T> {
  value = $state.raw<T | null>(null);
  fault = $state.raw<unknown>(null);
  #ask: () => Promise<T>;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  /** Ask; what was known before is shown until there is an answer. */
  load = async (): Promise<void> => {
    try {
      this.value = await this.#ask();
      this.fault = null;
    } catch (caught) {
      this.fault = caught;
    }
  };

  /** Ask now, and again and again while somebody looks and `moves` says that it may change. */
  follow(everyMs: number, moves: (value: T | null) => boolean = () => true): () => void {
    void this.load();
    const timer = setInterval(() => {
      if (!document.hidden && moves(this.value)) void this.load();
    }, everyMs);
    return () => clearInterval(timer);
  }
}
