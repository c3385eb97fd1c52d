/** One thing at a time: whether it is under way, and why the last try came to nothing. */
export class Tries {
  busy = $state(false);
  fault = $state.raw<unknown>(null);

  /** Try; a failure is kept to be shown, and forgotten with the next try. */
  run = async (work: () => Promise<unknown>): Promise<void> => {
    this.busy = true;
    this.fault = null;
    try {
      await work();
    } catch (caught) {
      this.fault = caught;
    } finally {
      this.busy = false;
    }
  };
}
