import {
  ANY,
  observePublishers,
  publisher,
  quit,
  record,
  sendMessage,
  tcpChannel,
  tcpError,
  tcpHandle,
  udpFailure,
  udpHandle,
  udpPacket,
  udpRemoteAddress,
  type ActionTree,
  type DriverError,
  type TcpAddress,
  type UdpRemoteAddress,
} from "@marketplace/runtime";
import { tcpBareDriver } from "../../src/tcp/driver.ts";
import { udpDriver } from "../../src/udp/driver.ts";
import type { Admission } from "../../src/policy/admission.ts";
import { process, startGround } from "../ground.ts";
import { Log } from "../log.ts";

/** What came of one attempt. */
export interface Outcome {
  readonly host: unknown;
  /** "connected", or a failure's code. */
  readonly code: string;
  readonly message: string;
}

/** As what may come from elsewhere: `tcpAddress(...)` would not make one with an empty host. */
const uncheckedTcp = record("tcp-address", "host", "port");
const datagram = record("udp-packet", "source", "destination", "body");
const uncheckedUdp = record("udp-remote-address", "host", "port");

/** Connects to each host once, all at the same time, through the driver. */
export async function connectTo(hosts: readonly string[], port: number, admit?: Admission): Promise<Outcome[]> {
  const log = new Log<Outcome>();
  const attempt = (host: string, index: number): ActionTree<any> => {
    const us = tcpHandle(index);
    const them = uncheckedTcp(host, port) as unknown as TcpAddress;
    const told = (code: string, message = ""): ActionTree<any> => {
      log.add({ host, code, message });
      return quit();
    };
    return process([
      publisher(tcpChannel(us, them, ANY), { onPresence: () => told("connected") }),
      observePublishers(tcpError(us, ANY, ANY), {
        onPresence: ({ role }) => {
          const { code, message } = role.topic.error as DriverError;
          return told(code, message);
        },
      }),
    ]);
  };
  const vm = startGround([tcpBareDriver({ admit }), hosts.map(attempt)]);
  await log.until(({ length }) => length >= hosts.length);
  await vm.stop();
  return log.entries;
}

/** Sends a datagram to each host through the driver, and waits until as many have failed as are expected to: all. */
export async function sendTo(
  hosts: readonly string[],
  port: number,
  admit?: Admission,
  failures: number = hosts.length,
): Promise<Outcome[]> {
  const log = new Log<Outcome>();
  const us = udpHandle("us");
  const sender = process([
    publisher(udpFailure(us, ANY, ANY), {
      onMessage: ({ destination, code }) =>
        void log.add({ host: (destination as UdpRemoteAddress).host, code, message: "" }),
    }),
    publisher(udpPacket(us, udpRemoteAddress(ANY, ANY), ANY), {
      onPresence: () => hosts.map((host) => sendMessage(datagram(us, uncheckedUdp(host, port), `to ${host}`))),
    }),
  ]);
  const vm = startGround([udpDriver({ admit }), sender]);
  await log.until(({ length }) => length >= failures);
  await vm.stop();
  return log.entries;
}
