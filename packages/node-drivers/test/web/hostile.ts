// Clients that send anything but what they should, by the thousand. The same seed makes the same bytes.
import * as fc from "fast-check";
import { frame, opcodes, type RawWebSocket } from "./raw-client.ts";

/** Bytes to be sent on a WebSocket, and whether the server can see where they end. */
interface HostileFrame {
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

const randomBytes = fc
  .uint8Array({ minLength: 1, maxLength: 64 })
  .map((bytes) => ({ bytes: Buffer.from(bytes), isWhole: false }));

const wrongFrame = fc
  .record({
    payload: fc.uint8Array({ maxLength: 200 }),
    opcode: fc.nat(15),
    last: fc.boolean(),
    reserved: fc.oneof(fc.constant(0), fc.nat(7)),
    masked: fc.boolean(),
    claimedLength: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { nil: undefined }),
  })
  .map(({ payload, claimedLength, ...options }) => ({
    bytes: frame(payload, { ...options, ...(claimedLength === undefined ? {} : { claimedLength }) }),
    isWhole: claimedLength === undefined,
  }));

/** Words of the protocols spoken here, so that some frames get further than to the first check. */
const words = fc.constantFrom(
  ..."hello ack request snapshot bodies value state preview pause resume step kill inject break unbreak".split(" "),
  ..."publisher subscriber message presence any small none 3 3.7 outside __proto__".split(" "),
);
const value = fc.oneof(
  words,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
);
const fields =
  "protocol token frame event path process at vm body orientation pattern kind id mode history reason".split(" ");
const anyFields = Object.fromEntries(fields.map((name) => [name, value]));
const almostRight = fc.oneof(
  fc.record({ type: value, request: value, command: value, ...anyFields }, { requiredKeys: ["type"] }),
  // These are answered one by one, without an end to the conversation.
  fc.record(
    { type: fc.constant("request"), request: fc.nat(), command: words, ...anyFields },
    { requiredKeys: ["type", "request", "command"] },
  ),
);
const depth = fc.nat(20_000);
const text = fc
  .oneof(
    { weight: 6, arbitrary: almostRight.map((object) => JSON.stringify(object)) },
    {
      weight: 2,
      arbitrary: fc.string({ unit: "binary", maxLength: 100 }),
    },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: depth.map((levels) => "[".repeat(levels)) },
    {
      weight: 1,
      arbitrary: depth.map((levels) => `{"type":"request","body":${"[".repeat(levels)}${"]".repeat(levels)}}`),
    },
  )
  .map((characters) => ({ bytes: frame(characters), isWhole: true }));

const hostileFrames: fc.Arbitrary<HostileFrame> = fc.oneof(randomBytes, wrongFrame, wrongFrame, text, text, text);

/** How many frames one client sends at most, if nobody closes its connection before. */
const FRAMES_PER_CLIENT = 16;

export interface Assault {
  /** Frames that the server has dealt with: it answered a ping after them, or closed. */
  readonly frames: number;
  readonly connections: number;
  /** How often each close code came; `none` where a connection just ended. */
  readonly closed: ReadonlyMap<string, number>;
}

/**
 * Sends hostile frames to a server, each from a client that is connected at that moment.
 *
 * @param open opens a connection, right or wrong token, said hello or not
 */
export async function sendHostileFrames(
  count: number,
  seed: number,
  open: () => Promise<RawWebSocket>,
): Promise<Assault> {
  const closed = new Map<string, number>();
  let connections = 0;
  let client: RawWebSocket | undefined;
  let left = 0;
  for (let batch = 0; batch * 1000 < count; batch += 1) {
    const numRuns = Math.min(1000, count - batch * 1000);
    for (const { bytes, isWhole } of fc.sample(hostileFrames, { seed: seed + batch, numRuns })) {
      if (client === undefined) {
        client = await open();
        connections += 1;
        left = FRAMES_PER_CLIENT;
      }
      client.send(bytes, frame("", { opcode: opcodes.ping }));
      left -= 1;
      // Where the server cannot see the end of a frame it waits for more, and the ping is part of that.
      if (!isWhole || left === 0) client.socket.end();
      let heard = await client.next();
      while (heard.type === "message") heard = await client.next();
      if (heard.type === "pong" && isWhole && left > 0) continue;
      while (heard.type !== "closed") heard = await client.next();
      const code = String(heard.code ?? "none");
      closed.set(code, (closed.get(code) ?? 0) + 1);
      client.drop();
      client = undefined;
    }
  }
  client?.drop();
  return { frames: count, connections, closed };
}
