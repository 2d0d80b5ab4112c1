import { checked, record, type Rec, type RecordType } from "../terms/record.ts";
import type { Term } from "../terms/kinds.ts";
import { driverError, type DriverError } from "./driver.ts";
import { isPayload, natural, nonEmptyString, oneOf, port, recordOf } from "./field-checks.ts";

/** A far end: a host's name or IP address, and a port. */
export interface TcpAddress extends Rec<"tcp-address"> {
  readonly host: string;
  /** 0 to 65535. */
  readonly port: number;
}

/** `tcpAddress(host, port)`: the far end of a connection. */
export const tcpAddress: RecordType<TcpAddress, ["host", "port"]> = checked(record("tcp-address", "host", "port"), {
  host: nonEmptyString,
  port,
});

/** A near end whose port the system picks: names one connection made from here. */
export interface TcpHandle extends Rec<"tcp-handle"> {
  /** Any term; it tells this connection from the others of the same VM. */
  readonly id: Term;
}

/** `tcpHandle(id)`: the near end of a connection made from here. */
export const tcpHandle: RecordType<TcpHandle, ["id"]> = record("tcp-handle", "id");

/** A near end whose port the program picks. */
export interface TcpListener extends Rec<"tcp-listener"> {
  /** 0 to 65535; 0 lets the system pick. */
  readonly port: number;
}

/** `tcpListener(port)`: the near end of accepted connections. */
export const tcpListener: RecordType<TcpListener, ["port"]> = checked(record("tcp-listener", "port"), {
  port,
});

/** Either end of a connection. */
export type TcpEnd = TcpAddress | TcpHandle | TcpListener;

const end = recordOf(tcpAddress, tcpHandle, tcpListener);
const nearEnd = recordOf(tcpHandle, tcpListener);

/** The end of what one side has to say. */
export type Eof = Rec<"tcp-eof">;

/** The type of {@link eof}. */
export const tcpEof: RecordType<Eof, []> = record("tcp-eof");

/** The end of what one side has to say, as the subpacket of a {@link tcpChannel}. Recognise it with {@link isEof}. */
export const eof: Eof = tcpEof();

/** Whether a term is {@link eof}, of this realm or another. */
export function isEof(term: unknown): term is Eof {
  return tcpEof.is(term);
}

/** Feedback to the driver: so much more may be delivered. Feedback from the driver: so much has been taken by the socket. */
export interface TcpCredit extends Rec<"tcp-credit"> {
  /** Bytes, or lines in the mode for lines. */
  readonly amount: number;
}

/** `tcpCredit(amount)`: see {@link TcpCredit}. */
export const tcpCredit: RecordType<TcpCredit, ["amount"]> = checked(record("tcp-credit", "amount"), {
  amount: natural,
});

/** Feedback to the driver: how to cut what comes in. Sets the credit to 0. */
export interface TcpMode extends Rec<"tcp-mode"> {
  readonly mode: "lines" | "bytes";
}

/** `tcpMode(mode)`: see {@link TcpMode}. */
export const tcpMode: RecordType<TcpMode, ["mode"]> = checked(record("tcp-mode", "mode"), {
  mode: oneOf("lines", "bytes"),
});

/** What goes through a channel: bytes (a string is sent as its UTF-8 bytes), the end of them, or flow control. */
export type TcpSubpacket = Uint8Array | string | Eof | TcpCredit | TcpMode;

/** What is said on a connection, in one direction. */
export interface TcpChannel extends Rec<"tcp-channel"> {
  readonly source: TcpEnd;
  readonly destination: TcpEnd;
  readonly subpacket: TcpSubpacket;
}

/** `tcpChannel(source, destination, subpacket)`: what is said on a connection, in one direction. */
export const tcpChannel: RecordType<TcpChannel, ["source", "destination", "subpacket"]> = checked(
  record("tcp-channel", "source", "destination", "subpacket"),
  {
    source: end,
    destination: end,
    subpacket: (value) =>
      isPayload(value) || isEof(value) || tcpCredit.is(value) || tcpMode.is(value)
        ? undefined
        : "a Uint8Array, a string, eof, tcpCredit(amount) or tcpMode(mode)",
  },
);

/** Published while a listening socket is open. */
export interface TcpListening extends Rec<"tcp-listening"> {
  /** What was asked for. */
  readonly listener: TcpListener;
  /** What was bound: the port is never 0. */
  readonly address: TcpAddress;
}

/** `tcpListening(listener, address)`: see {@link TcpListening}. */
export const tcpListening: RecordType<TcpListening, ["listener", "address"]> = checked(
  record("tcp-listening", "listener", "address"),
  { listener: recordOf(tcpListener), address: recordOf(tcpAddress) },
);

/** Published while there is demand for a connection, or for a listening socket, that could not come to be. */
export interface TcpError extends Rec<"tcp-error"> {
  readonly local: TcpHandle | TcpListener;
  /** For a listener a wildcard. */
  readonly remote: TcpEnd;
  readonly error: DriverError;
}

/** `tcpError(local, remote, error)`: see {@link TcpError}. */
export const tcpError: RecordType<TcpError, ["local", "remote", "error"]> = checked(
  record("tcp-error", "local", "remote", "error"),
  { local: nearEnd, remote: end, error: recordOf(driverError) },
);
