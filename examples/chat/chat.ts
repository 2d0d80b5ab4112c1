import {
  ANY,
  atMetaLevel,
  onDemand,
  publisher,
  quit,
  record,
  sendMessage,
  spawnVm,
  subscriber,
  tcpChannel,
  tcpListener,
  transition,
  wild,
  yieldThen,
  type PatternOf,
  type Rec,
  type RecordType,
  type TcpChannel,
  type TcpEnd,
} from "@marketplace/runtime";
import { lastLine, takeLines } from "./lines.ts";

/** What is said in the room. To publish it under one's name is to be there. */
interface Says extends Rec<"says"> {
  readonly who: string;
  readonly what: string;
}
const says: RecordType<Says, ["who", "what"]> = record("says", "who", "what");

/** What a session keeps: the beginning of a line that is not complete yet, or null when it is leaving. */
type Unfinished = Uint8Array | null;

/** A chat server: the action that spawns it, in a VM that has a TCP driver. The room is a VM of its own, nested in that one. */
export function chat(port: number) {
  const us = tcpListener(port);

  // TCP is outside of the room, at the meta level. For each connection that appears there, someone comes in.
  const door = () =>
    atMetaLevel(
      onDemand(tcpChannel(wild("them"), us, ANY), ({ source }, pid) => session(`user${pid}`, source), {
        name: "session",
      }),
    );

  const session = (me: string, them: PatternOf<TcpEnd>) => {
    const tell = (line: string) => atMetaLevel(sendMessage(tcpChannel(us, them, `${line}\n`)));

    const announce = (who: PatternOf<string>, what: string) =>
      typeof who === "string" && who !== me && tell(`${who} ${what}.`);

    const hear = ({ subpacket }: TcpChannel, unfinished: Unfinished) => {
      if (unfinished === null) return [];
      const { lines, rest } = subpacket instanceof Uint8Array ? takeLines(unfinished, subpacket) : lastLine(unfinished);
      const said = lines.map((line) => sendMessage(says(me, line)));
      // To yield before the quit is to hear oneself to the end.
      return transition(rest, said, rest === null && yieldThen(() => quit()));
    };

    return transition<Unfinished>(
      new Uint8Array(),
      tell(`You are ${me}.`),
      atMetaLevel(publisher(tcpChannel(us, them, ANY))),
      atMetaLevel(subscriber(tcpChannel(them, us, ANY), { onMessage: hear, onAbsence: () => quit() })),
      publisher(says(me, ANY)),
      subscriber(says(ANY, ANY), {
        onPresence: ({ role }) => announce(role.topic.who, "arrived"),
        onAbsence: ({ role }) => announce(role.topic.who, "departed"),
        onMessage: ({ who, what }) => tell(`${who}: ${what}`),
      }),
    );
  };

  return spawnVm(door, { name: "chat" });
}
