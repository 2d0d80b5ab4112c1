/** How much a server takes from its clients, and for how long it waits for them. */
export interface Limits {
  /** TCP connections at one time; more are closed as they come. */
  readonly connections: number;
  /** Bytes of one request's line and headers. */
  readonly headerBytes: number;
  /** Milliseconds in which a request's headers must have come. */
  readonly headerTime: number;
  /** WebSockets at one time that have not said hello; more are answered with 503. */
  readonly strangers: number;
  /** Milliseconds in which a WebSocket must have said hello. */
  readonly helloTime: number;
  /** Bytes of one WebSocket message, whole. */
  readonly messageBytes: number;
  /** Frames that one WebSocket message may come in. */
  readonly fragments: number;
  /** Bytes that wait to be sent to one client; one that reads more slowly than this fills is closed. */
  readonly unsentBytes: number;
  /** Milliseconds that a closing WebSocket has for its goodbye. */
  readonly goodbyeTime: number;
}

export const defaultLimits: Limits = {
  connections: 256,
  headerBytes: 8 * 1024,
  headerTime: 10_000,
  strangers: 32,
  helloTime: 5000,
  messageBytes: 1024 * 1024,
  fragments: 16,
  unsentBytes: 32 * 1024 * 1024,
  goodbyeTime: 1000,
};
