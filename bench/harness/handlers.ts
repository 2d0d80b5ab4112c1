import type { Tally } from "./tally.ts";

/**
 * The i-th of several handlers that do the same: count. They are different code, as handlers in a program are. Were they all the same, the
 * compiler would put them into the loop that calls them, and neither look-up nor call would be left to be compared with.
 */
export function counting(tally: Tally, i: number): () => void {
  switch (i % 6) {
    case 0:
      return () => void tally.received++;
    case 1:
      return () => void (tally.received += 1);
    case 2:
      return () => {
        tally.received++;
      };
    case 3:
      return () => {
        tally.received += 1;
      };
    case 4:
      return () => {
        ++tally.received;
      };
    default:
      return () => void ++tally.received;
  }
}

/** The same for peers whose handlers say when they have done. */
export function answering(tally: Tally, i: number): (message: unknown, done: () => void) => void {
  switch (i % 6) {
    case 0:
      return (_, done) => {
        tally.received++;
        done();
      };
    case 1:
      return (_, done) => {
        tally.received += 1;
        done();
      };
    case 2:
      return (_, done) => {
        ++tally.received;
        done();
      };
    case 3:
      return (_, done) => {
        tally.received++;
        return done();
      };
    case 4:
      return (_, done) => {
        tally.received += 1;
        return done();
      };
    default:
      return (_, done) => {
        ++tally.received;
        return done();
      };
  }
}
