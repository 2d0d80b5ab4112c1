let last = 0;

/** An id that no other call gives: to name an endpoint or a connection that there may be many of. */
export function freshId(): string {
  return `fresh-${++last}`;
}
