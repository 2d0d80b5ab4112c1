/** Go on with a value: at once if it is there, else when it has come. */
export function when<T>(value: T | Promise<T>, then: (value: T) => void, failed: (reason: unknown) => void): void {
  if (value instanceof Promise) value.then(then).catch(failed);
  else then(value);
}
