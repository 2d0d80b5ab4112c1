import {
  ANY,
  consoleInput,
  consoleOutput,
  eof,
  isEof,
  publisher,
  quit,
  sendFeedback,
  sendMessage,
  spawn,
  subscriber,
  tcpChannel,
  tcpCredit,
  tcpHandle,
  tcpMode,
  type TcpAddress,
  type TcpSubpacket,
} from "@marketplace/runtime";

/** A chat client: the action that spawns it, in a VM that has a TCP driver with flow control and a console. */
export function chatClient(them: TcpAddress) {
  const us = tcpHandle("chat");
  const say = (what: TcpSubpacket) => sendMessage(tcpChannel(us, them, what));
  const ask = (control: TcpSubpacket) => sendFeedback(tcpChannel(them, us, control));
  const nextLine = () => ask(tcpCredit(1));

  // What is typed is read only when there is a connection to say it on.
  const typing = () =>
    subscriber(consoleInput(ANY), {
      onMessage: ({ line }) => say(isEof(line) ? eof : `${line}\n`),
    });

  return spawn(
    () => [
      publisher(tcpChannel(us, them, ANY)),
      subscriber(tcpChannel(them, us, ANY), {
        onPresence: () => [ask(tcpMode("lines")), nextLine(), typing()],
        onMessage: ({ subpacket }) =>
          subpacket instanceof Uint8Array
            ? [sendMessage(consoleOutput(`${readable(subpacket)}\n`)), nextLine()]
            : quit(),
        onAbsence: () => quit(),
      }),
    ],
    { name: "chat client" },
  );
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** As text that harms no terminal, whatever the server sends. */
function readable(line: Uint8Array): string {
  return utf8.decode(line).replaceAll(/(?!\t)\p{Cc}/gu, "\uFFFD");
}
