// One question to one server, and what came of it: a conversation with that server, by UDP or by TCP.
import {
  ANY,
  atMetaLevel,
  freshId,
  observePublishers,
  publisher,
  quit,
  record,
  sendMessage,
  setTimer,
  subscriber,
  tcpAddress,
  tcpChannel,
  tcpError,
  tcpHandle,
  timerExpired,
  transition,
  udpError,
  udpFailure,
  udpHandle,
  udpPacket,
  udpRemoteAddress,
  type ActionTree,
  type Rec,
  type RecordType,
  type Step,
} from "@marketplace/runtime";
import { frame, takeFrames } from "./frames.ts";
import { encodeQuery, readReply } from "./message.ts";
import type { Question } from "./records.ts";
import { verdict, type Verdict } from "./verdict.ts";

/** Whom to ask what. */
export interface Errand {
  /** Names the errand within its resolution. */
  readonly id: number;
  readonly server: string;
  readonly port: number;
  readonly question: Question;
  /** The zone that the server is asked as a server of. */
  readonly zone: string;
  readonly hasEdns: boolean;
  /** Milliseconds. */
  readonly patience: number;
}

export type Outcome =
  | Verdict
  /** Nothing came in time, or nothing can. */
  | { readonly type: "silence" }
  /** The reply does not fit into a datagram, or somebody else is answering too: ask by TCP. */
  | { readonly type: "use TCP" };

/** What came of an errand: published for as long as it is under way. */
export interface Returned extends Rec<"returned"> {
  readonly id: number;
  readonly outcome: Outcome;
}
export const returned: RecordType<Returned, ["id", "outcome"]> = record("returned", "id", "outcome");

/** So many packets may come that are not the reply: more is an attempt to guess it (RFC 5452, 9.3). */
const MOST_MISMATCHES = 100;

/** What an exchange has to know of its own past. */
interface Progress {
  readonly isOver: boolean;
  readonly hasAsked: boolean;
  readonly mismatches: number;
  /** By TCP: the beginning of the reply. */
  readonly rest: Uint8Array;
}

const begin: Progress = { isOver: false, hasAsked: false, mismatches: 0, rest: new Uint8Array() };

/** The process that has its say once: the first outcome counts. */
function over(id: number, outcome: Outcome, progress: Progress): Step<Progress> {
  if (progress.isOver) return undefined;
  return transition<Progress>({ ...progress, isOver: true }, sendMessage(returned(id, outcome as never)), quit());
}

/** What both ways have in common: the errand is present, and has its time. */
function errand({ id, patience }: Errand): ActionTree<Progress> {
  const label = freshId();
  return [
    publisher(returned(id, ANY)),
    atMetaLevel(
      subscriber(timerExpired(label, ANY), {
        onMessage: (_expired, progress: Progress) => over(id, { type: "silence" }, progress),
      }),
    ),
    atMetaLevel(sendMessage(setTimer(label, patience, "relative"))),
  ];
}

/** Boots the process that asks by UDP, from a socket of its own, and so from a port of its own. */
export function byUdp(what: Errand, randomId: () => number): Step<Progress> {
  const { id, server, port, question, zone, hasEdns } = what;
  const here = udpHandle(freshId());
  const there = udpRemoteAddress(server, port);
  const number = randomId();
  const silence = (_event: unknown, progress: Progress) => over(id, { type: "silence" }, progress);

  const mismatch = (progress: Progress): Step<Progress> => {
    const mismatches = progress.mismatches + 1;
    if (mismatches >= MOST_MISMATCHES) return over(id, { type: "use TCP" }, progress);
    return transition({ ...progress, mismatches });
  };

  const hear = (host: unknown, from: unknown, body: unknown, progress: Progress): Step<Progress> => {
    if (progress.isOver) return undefined;
    if (host !== server || from !== port || !(body instanceof Uint8Array)) return mismatch(progress);
    const outcome = replyIn(body, number, question, zone);
    return outcome === undefined ? mismatch(progress) : over(id, outcome, progress);
  };

  return transition<Progress>(
    begin,
    errand(what),
    atMetaLevel(
      subscriber(udpPacket(udpRemoteAddress(ANY, ANY), here, ANY), {
        onMessage: ({ source, body }, progress: Progress) => {
          const from = source as { readonly host: unknown; readonly port: unknown };
          return hear(from.host, from.port, body, progress);
        },
      }),
    ),
    atMetaLevel(observePublishers(udpError(here, ANY), { onPresence: silence })),
    atMetaLevel(publisher(udpFailure(here, ANY, ANY), { onMessage: silence })),
    // The driver's presence says that the socket is open.
    atMetaLevel(
      publisher(udpPacket(here, there, ANY), {
        onPresence: (_event, progress: Progress) =>
          !progress.hasAsked &&
          transition<Progress>(
            { ...progress, hasAsked: true },
            atMetaLevel(sendMessage(udpPacket(here, there, encodeQuery(number, question, hasEdns)))),
          ),
      }),
    ),
  );
}

/** Boots the process that asks by TCP. */
export function byTcp(what: Errand, randomId: () => number): Step<Progress> {
  const { id, server, port, question, zone, hasEdns } = what;
  const here = tcpHandle(freshId());
  const there = tcpAddress(server, port);
  const number = randomId();
  const silence = (_event: unknown, progress: Progress) => over(id, { type: "silence" }, progress);

  const hear = (subpacket: unknown, progress: Progress): Step<Progress> => {
    if (!(subpacket instanceof Uint8Array)) return over(id, { type: "silence" }, progress);
    const { messages, rest } = takeFrames(progress.rest, subpacket);
    const [message] = messages;
    if (message === undefined) return transition({ ...progress, rest });
    return over(id, replyIn(message, number, question, zone) ?? { type: "useless" }, progress);
  };

  return transition<Progress>(
    begin,
    errand(what),
    atMetaLevel(observePublishers(tcpError(here, there, ANY), { onPresence: silence })),
    atMetaLevel(
      subscriber(tcpChannel(there, here, ANY), {
        onMessage: ({ subpacket }, progress: Progress) => hear(subpacket, progress),
        onAbsence: silence,
      }),
    ),
    atMetaLevel(
      publisher(tcpChannel(here, there, ANY), {
        onPresence: (_event, progress: Progress) =>
          !progress.hasAsked &&
          transition<Progress>(
            { ...progress, hasAsked: true },
            atMetaLevel(sendMessage(tcpChannel(here, there, frame(encodeQuery(number, question, hasEdns))))),
          ),
      }),
    ),
  );
}

/** @returns undefined if the packet is not the reply */
function replyIn(packet: Uint8Array, id: number, question: Question, zone: string): Outcome | undefined {
  try {
    const reply = readReply(packet);
    const isOurs = reply.id === id && reply.question.name === question.name && reply.question.type === question.type;
    if (!isOurs) return undefined;
    return reply.isTruncated ? { type: "use TCP" } : verdict(reply, question, zone);
  } catch {
    return undefined;
  }
}
