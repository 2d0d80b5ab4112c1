// The side of a name server that its clients see: UDP and TCP, one process for each query.
import {
  ANY,
  freshId,
  onDemand,
  observePublishers,
  publisher,
  quit,
  record,
  sendMessage,
  setTimer,
  spawn,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpListener,
  tcpListening,
  timerExpired,
  transition,
  udpListener,
  udpPacket,
  udpRemoteAddress,
  wild,
  type ActionTree,
  type PatternOf,
  type Rec,
  type RecordType,
  type Step,
  type TcpChannel,
  type TcpEnd,
  type TcpListener,
  type Unchecked,
} from "@marketplace/runtime";
import { frame, takeFrames } from "./frames.ts";
import { encodeAnswer, readQuery, type Query } from "./message.ts";
import type { Answer } from "./records.ts";

/** What answers queries. */
export interface Answering {
  /** Does it also know what it is not responsible for? */
  readonly isRecursive: boolean;
  /** Boots the process of one query, which is to reply once and to end. */
  readonly boot: (query: Query, reply: (answer: Answer) => ActionTree<Unchecked>) => Step<Unchecked>;
}

/** How long a connection may say nothing, in milliseconds. */
const IDLE = 10_000;
/** How many answers one connection may wait for. */
const MOST_OPEN = 1000;
const LONGEST_MESSAGE = 65_535;

/** The answer to a query that came on a connection: said by the process of the query to that of the connection. */
interface Framed extends Rec<"framed"> {
  readonly session: string;
  readonly bytes: Uint8Array;
}
const framed: RecordType<Framed, ["session", "bytes"]> = record("framed", "session", "bytes");

/**
 * A name server's two listeners, on the same port: TCP's is opened first, so that port 0 picks one for both. Needs the drivers for UDP, TCP
 * and timers.
 *
 * @returns the action that spawns it
 */
export function service(port: number, answering: Answering): ActionTree<unknown> {
  const us = tcpListener(port);
  const listen = () => [
    onDemand(tcpChannel(wild("them"), us, ANY), ({ source }) => session(us, source, answering), { name: "session" }),
    observePublishers(tcpListening(us, ANY), {
      onPresence: ({ role }) => {
        const { address } = role.topic;
        return tcpAddress.isGround(address) && spawn(() => datagrams(address.port, answering), { name: "datagrams" });
      },
    }),
  ];
  return spawn(listen, { name: "connections" });
}

/**
 * Start what answers a packet.
 *
 * @param send is given the bytes of the answer
 * @param most bytes that an answer may have, if that does not depend on the query
 */
function answer(
  packet: Uint8Array,
  { isRecursive, boot }: Answering,
  send: (bytes: Uint8Array) => ActionTree<Unchecked>,
  most?: number,
): ActionTree<Unchecked> {
  const query = readQuery(packet);
  if (query === null) return null;
  if (query instanceof Uint8Array) return send(query);
  const reply = (what: Answer) => send(encodeAnswer(query, what, { recursionAvailable: isRecursive, most }));
  return spawn(() => boot(query, reply), { name: `query ${query.spelt} ${query.type}` });
}

function datagrams(port: number, answering: Answering): ActionTree<unknown> {
  const us = udpListener(port);
  return [
    publisher(udpPacket(us, udpRemoteAddress(ANY, ANY), ANY)),
    subscriber(udpPacket(udpRemoteAddress(ANY, ANY), us, ANY), {
      onMessage: ({ source, body }) =>
        body instanceof Uint8Array && answer(body, answering, (bytes) => sendMessage(udpPacket(us, source, bytes))),
    }),
  ];
}

interface Session {
  /** The beginning of a message that is not whole yet. */
  readonly rest: Uint8Array;
  /** Queries that have not been answered. */
  readonly open: number;
  /** Has the client said all that it has to say? */
  readonly hasEnded: boolean;
  /** Has anything come since the time that is running began? */
  readonly isAwake: boolean;
}

/** A connection, whose client may ask one thing after the other, without waiting for the answers. */
function session(us: TcpListener, them: PatternOf<TcpEnd>, answering: Answering): Step<Session> {
  const id = freshId();
  const wait = () => sendMessage(setTimer(id, IDLE, "relative"));

  const hear = ({ subpacket }: TcpChannel, state: Session): Step<Session> => {
    if (!(subpacket instanceof Uint8Array))
      return transition<Session>({ ...state, hasEnded: true }, state.open === 0 && quit());
    const { messages, rest } = takeFrames(state.rest, subpacket);
    const isNoAnswer = messages.some((message) => readQuery(message) === null);
    // Who sends what is no query is out of step with us.
    if (isNoAnswer || state.open + messages.length > MOST_OPEN) return quit();
    return transition<Session>(
      { ...state, rest, open: state.open + messages.length, isAwake: true },
      messages.map((message) => answer(message, answering, (bytes) => sendMessage(framed(id, bytes)), LONGEST_MESSAGE)),
    );
  };

  return transition<Session>(
    { rest: new Uint8Array(), open: 0, hasEnded: false, isAwake: false },
    publisher(tcpChannel(us, them, ANY)),
    subscriber(framed(id, ANY), {
      onMessage: ({ bytes }, state) => {
        const open = state.open - 1;
        const isOver = open === 0 && state.hasEnded;
        return transition<Session>(
          { ...state, open },
          sendMessage(tcpChannel(us, them, frame(bytes))),
          isOver && quit(),
        );
      },
    }),
    subscriber(timerExpired(id, ANY), {
      onMessage: (_expired, state) =>
        state.isAwake ? transition<Session>({ ...state, isAwake: false }, wait()) : quit(),
    }),
    wait(),
    subscriber(tcpChannel(them, us, ANY), { onMessage: hear, onAbsence: () => quit() }),
  );
}
