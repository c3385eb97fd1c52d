import type { Draft } from "./outbox.svelte";

const STORE = "drafts";

/** Keeps what waits to be sent in this browser, by account, so that it survives a reload. */
export class OutboxStore {
  #opened: Promise<IDBDatabase> | null = null;

  constructor(
    private readonly name: string,
    private readonly factory: IDBFactory = indexedDB,
  ) {}

  /** Everything kept, oldest first. */
  async all(): Promise<Draft[]> {
    const drafts = await this.#run<Draft[]>("readonly", (store) => store.getAll());
    return drafts.sort((a, b) => a.order - b.order);
  }

  async put(draft: Draft): Promise<void> {
    await this.#run("readwrite", (store) => store.put(draft));
  }

  async remove(txnId: string): Promise<void> {
    await this.#run("readwrite", (store) => store.delete(txnId));
  }

  #open(): Promise<IDBDatabase> {
    this.#opened ??= new Promise((resolve, reject) => {
      const asked = this.factory.open(this.name, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "txnId" });
      asked.onsuccess = () => {
        // Whoever wants to erase the database must not wait for us.
        asked.result.onversionchange = () => asked.result.close();
        resolve(asked.result);
      };
      asked.onerror = () => reject(asked.error);
    });
    return this.#opened;
  }

  async #run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<T> {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const asked = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result as T);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }
}
