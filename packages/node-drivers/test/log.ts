/** What happened, in order; a test waits until enough has. */
export class Log<T> {
  readonly entries: T[] = [];
  readonly #waiting = new Set<() => void>();

  add(entry: T): void {
    this.entries.push(entry);
    for (const look of this.#waiting) look();
  }

  /** Resolves once `isEnough` says yes to what has happened so far; the test's own time-out is the only one. */
  until(isEnough: (entries: readonly T[]) => boolean): Promise<readonly T[]> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isEnough(this.entries)) return;
        this.#waiting.delete(look);
        resolve(this.entries);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Resolves once `entry` has been added `times` times. */
  async has(entry: T, times = 1): Promise<void> {
    await this.until((entries) => entries.filter((each) => each === entry).length >= times);
  }
}
