import { RecordTable } from "../terms/record-table.ts";
import { consoleInput, consoleOutput } from "./console.ts";
import { driverError } from "./driver.ts";
import {
  tcpAddress,
  tcpChannel,
  tcpCredit,
  tcpEof,
  tcpError,
  tcpHandle,
  tcpListener,
  tcpListening,
  tcpMode,
} from "./tcp.ts";
import { setTimer, timerExpired } from "./timer.ts";
import { udpError, udpFailure, udpHandle, udpListener, udpListening, udpPacket, udpRemoteAddress } from "./udp.ts";

/** All record types of the drivers' messages, for `parseTerm` and `termFromJson`. */
export const messageRecords: RecordTable = new RecordTable([
  consoleInput,
  consoleOutput,
  driverError,
  tcpAddress,
  tcpChannel,
  tcpCredit,
  tcpEof,
  tcpError,
  tcpHandle,
  tcpListener,
  tcpListening,
  tcpMode,
  setTimer,
  timerExpired,
  udpError,
  udpFailure,
  udpHandle,
  udpListener,
  udpListening,
  udpPacket,
  udpRemoteAddress,
]);
