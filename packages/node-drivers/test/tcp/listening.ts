import {
  ANY,
  observePublishers,
  spawn,
  tcpAddress,
  tcpChannel,
  tcpError,
  tcpListener,
  tcpListening,
  type ActionTree,
  type Step,
  type TcpAddress,
  type TcpListener,
} from "@marketplace/runtime";
import type { Log } from "../log.ts";

/** Listen, and start a process for each who comes. */
export function listen(
  listener: TcpListener,
  session: (them: TcpAddress) => Step<any>,
  name?: string,
): ActionTree<any> {
  return observePublishers(tcpChannel(ANY, listener, ANY), {
    onPresence: ({ role }) => {
      const { source } = role.topic;
      return tcpAddress.is(source) ? spawn(() => session(source as TcpAddress), { name }) : null;
    },
  });
}

/** Logs `HOST:PORT` when the listener is open, the code of an error, and "withdrawn" when either goes. */
export function watchListener(listener: TcpListener, log: Log<string>): ActionTree<any> {
  const onAbsence = (): void => log.add("withdrawn");
  return [
    observePublishers(tcpListening(listener, ANY), {
      onPresence: ({ role }) => {
        const { host, port } = role.topic.address as TcpAddress;
        log.add(`${host}:${port}`);
      },
      onAbsence,
    }),
    observePublishers(tcpError(listener, ANY, ANY), {
      onPresence: ({ role }) => void log.add((role.topic.error as { code: string }).code),
      onAbsence,
    }),
  ];
}

/** The port of the first listener that opened, according to {@link watchListener}. */
export async function portOf(log: Log<string>): Promise<number> {
  const isOpen = (entry: string): boolean => /:\d+$/.test(entry);
  const entries = await log.until((all) => all.some(isOpen));
  return Number(entries.find(isOpen)?.replace(/^.*:/, ""));
}

/** A port that the system picks: there can be only one such listener in a world. */
export const anyPort: TcpListener = tcpListener(0);
