/** What a client says first, its token apart. */
export interface Hello {
  readonly type: "hello";
  /** The protocol's version, as the client names it; whoever speaks the protocol checks it. */
  readonly protocol: unknown;
  /** What else the protocol wants to know at the start. */
  readonly [field: string]: unknown;
}

/** A hello, and the secret that came with it: whatever the client says it is. */
export interface Introduction {
  readonly hello: Hello;
  readonly token: unknown;
}

/** No hello is longer than this many characters; what is longer is not even parsed. */
const MAX_LENGTH = 4096;

/**
 * Reads a client's first frame.
 *
 * @returns undefined where it is anything but a hello
 */
export function readHello(frame: string | Uint8Array): Introduction | undefined {
  if (typeof frame !== "string" || frame.length > MAX_LENGTH) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("type" in value) || value.type !== "hello") return undefined;
  const { token, ...hello } = value as Hello;
  return { hello, token };
}

const TOKEN_PREFIX = "token.";

/**
 * Reads the hello that a client's subprotocols stand for: `marketplace.inspect.1, token.SECRET` says all that a hello frame does.
 *
 * @param header the value of `Sec-WebSocket-Protocol`
 * @param subprotocol the one that is spoken here, its version at the end
 * @returns undefined where they name no token or another protocol: then the first frame has to be the hello
 */
export function readSubprotocols(header: string | undefined, subprotocol: string): Introduction | undefined {
  const offered = (header ?? "").split(",").map((one) => one.trim());
  const token = offered.find((one) => one.startsWith(TOKEN_PREFIX))?.slice(TOKEN_PREFIX.length);
  if (token === undefined || !offered.includes(subprotocol)) return undefined;
  return { hello: { type: "hello", protocol: Number(subprotocol.split(".").at(-1)) }, token };
}
