import { badArgument, checkOptions } from "@marketplace/runtime";
import { checkAdmission, type Admission } from "../policy/admission.ts";
import type { TcpFlow } from "./flow.ts";
import type { SocketLimits } from "./socket-source.ts";

export interface TcpBareOptions {
  /** The address that listeners bind: `127.0.0.1` if left out, so that only this machine can connect. `0.0.0.0` or `::` is every interface. */
  readonly host?: string | undefined;
  /** How many bytes may wait on one connection for a remote that does not read, before the connection ends. 16 MiB if left out. */
  readonly maxUnsent?: number | undefined;
  /** Says how fast each connection is read, beside the program itself; left out, nobody does. */
  readonly flow?: TcpFlow | undefined;
  /** Says what may be connected to and listened on, as `networkPolicy(rules).session()` does; left out, everything may. */
  readonly admit?: Admission | undefined;
}

export interface TcpOptions extends TcpBareOptions {
  /** How many bytes a line may have in the mode for lines, its end not counted, before the connection ends. 64 KiB if left out. */
  readonly maxLine?: number | undefined;
}

/** The same with nothing left out. */
export interface TcpSettings {
  readonly host: string;
  readonly limits: SocketLimits;
  readonly flow: TcpFlow | undefined;
  readonly admit: Admission | undefined;
}

/** @throws MarketplaceError `BAD_ARGUMENT` */
export function checkMaxLine(what: string, maxLine: number = 64 * 1024): number {
  if (!Number.isSafeInteger(maxLine) || maxLine < 1) {
    throw badArgument(`${what}: maxLine`, "a number of bytes, an integer from 1 up", maxLine);
  }
  return maxLine;
}

/** @throws MarketplaceError `BAD_ARGUMENT` */
export function checkTcpOptions(what: string, options: TcpBareOptions, more: readonly string[] = []): TcpSettings {
  checkOptions(`${what}: options`, options, ["host", "maxUnsent", "flow", "admit", ...more]);
  const { host = "127.0.0.1", maxUnsent = 16 * 1024 * 1024, flow, admit } = options;
  if (typeof host !== "string" || host === "") throw badArgument(`${what}: host`, "a host name or an IP address", host);
  if (!Number.isSafeInteger(maxUnsent) || maxUnsent < 1) {
    throw badArgument(`${what}: maxUnsent`, "a number of bytes, an integer from 1 up", maxUnsent);
  }
  if (flow !== undefined && typeof (flow as Partial<TcpFlow> | null)?.begin !== "function") {
    throw badArgument(`${what}: flow`, "an object with begin()", flow);
  }
  checkAdmission(`${what}: admit`, admit);
  return { host, flow, admit, limits: { maxUnsent, stalled: 30_000, linger: 2_000, flush: 900 } };
}
