import { checked, record, type Rec, type RecordType } from "../terms/record.ts";
import type { Term } from "../terms/kinds.ts";
import { driverError, type DriverError } from "./driver.ts";
import { nonEmptyString, payload, port, recordOf } from "./field-checks.ts";

/** Where a datagram comes from or goes to, outside. */
export interface UdpRemoteAddress extends Rec<"udp-remote-address"> {
  readonly host: string;
  /** 0 to 65535. */
  readonly port: number;
}

/** `udpRemoteAddress(host, port)`: see {@link UdpRemoteAddress}. */
export const udpRemoteAddress: RecordType<UdpRemoteAddress, ["host", "port"]> = checked(
  record("udp-remote-address", "host", "port"),
  { host: nonEmptyString, port },
);

/** A socket of ours whose port the system picks. */
export interface UdpHandle extends Rec<"udp-handle"> {
  /** Any term; it tells this socket from the others of the same VM. */
  readonly id: Term;
}

/** `udpHandle(id)`: see {@link UdpHandle}. */
export const udpHandle: RecordType<UdpHandle, ["id"]> = record("udp-handle", "id");

/** A socket of ours whose port the program picks. */
export interface UdpListener extends Rec<"udp-listener"> {
  /** 0 to 65535; 0 lets the system pick. */
  readonly port: number;
}

/** `udpListener(port)`: see {@link UdpListener}. */
export const udpListener: RecordType<UdpListener, ["port"]> = checked(record("udp-listener", "port"), {
  port,
});

/** Either end of a datagram's way. */
export type UdpEnd = UdpRemoteAddress | UdpHandle | UdpListener;

const end = recordOf(udpRemoteAddress, udpHandle, udpListener);
const nearEnd = recordOf(udpHandle, udpListener);

/** One datagram. */
export interface UdpPacket extends Rec<"udp-packet"> {
  readonly source: UdpEnd;
  readonly destination: UdpEnd;
  /** A string is sent as its UTF-8 bytes. */
  readonly body: Uint8Array | string;
}

/** `udpPacket(source, destination, body)`: one datagram. */
export const udpPacket: RecordType<UdpPacket, ["source", "destination", "body"]> = checked(
  record("udp-packet", "source", "destination", "body"),
  { source: end, destination: end, body: payload },
);

/** Published while a socket is open. */
export interface UdpListening extends Rec<"udp-listening"> {
  /** What was asked for. */
  readonly listener: UdpListener;
  /** What was bound: the port is never 0. */
  readonly address: UdpRemoteAddress;
}

/** `udpListening(listener, address)`: see {@link UdpListening}. */
export const udpListening: RecordType<UdpListening, ["listener", "address"]> = checked(
  record("udp-listening", "listener", "address"),
  { listener: recordOf(udpListener), address: recordOf(udpRemoteAddress) },
);

/** Published while there is demand for a socket that could not come to be. */
export interface UdpError extends Rec<"udp-error"> {
  readonly local: UdpHandle | UdpListener;
  readonly error: DriverError;
}

/** `udpError(local, error)`: see {@link UdpError}. */
export const udpError: RecordType<UdpError, ["local", "error"]> = checked(record("udp-error", "local", "error"), {
  local: nearEnd,
  error: recordOf(driverError),
});

/** Feedback to who sent a datagram that could not go out: too long, no route, and the like. */
export interface UdpFailure extends Rec<"udp-failure"> {
  readonly source: UdpEnd;
  readonly destination: UdpEnd;
  /** The host's code, such as `EMSGSIZE`. */
  readonly code: string;
}

/** `udpFailure(source, destination, code)`: see {@link UdpFailure}. */
export const udpFailure: RecordType<UdpFailure, ["source", "destination", "code"]> = checked(
  record("udp-failure", "source", "destination", "code"),
  { source: end, destination: end, code: nonEmptyString },
);
