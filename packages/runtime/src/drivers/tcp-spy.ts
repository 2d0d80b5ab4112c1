import { spawn } from "../dsl/processes.ts";
import type { Spawn, Unchecked } from "../model/action.ts";
import { tcpChannel } from "../messages/tcp.ts";
import { checkOptions } from "../terms/check.ts";
import { formatTerm } from "../terms/format.ts";
import { isBytes, type Term } from "../terms/kinds.ts";
import { ANY } from "../terms/wildcard.ts";
import { checkSpy, watch, type SpyOptions } from "./generic-spy.ts";

/**
 * A spy for TCP: as `genericSpy`, for the channels of this VM, with bytes as a hex dump. (The original's `tcp-spy`.)
 *
 * @param label begins each event
 * @returns the action that spawns it
 * @throws MarketplaceError `BAD_ARGUMENT`
 */
export function tcpSpy(label: string, options: SpyOptions = {}): Spawn<Unchecked> {
  checkOptions("tcpSpy: options", options, ["write"]);
  const write = checkSpy("tcpSpy", label, options);
  return spawn(() => watch(tcpChannel(ANY, ANY, ANY), label, write, dumped), { name: `tcp spy ${label}` });
}

function dumped(body: Term): string {
  const channel = tcpChannel.from(body);
  const payload = channel?.subpacket;
  if (channel === undefined || payload === undefined || !isBytes(payload)) return formatTerm(body, { maxLength: 2000 });
  const bytes: Uint8Array = payload;
  const ends = [channel.source, channel.destination].map((end) => formatTerm(end, { maxLength: 200 })).join(" -> ");
  return [`${ends}, ${bytes.length} byte${bytes.length === 1 ? "" : "s"}`, ...hexDump(bytes)].join("\n");
}

const ROW = 16;
/** Longer ones are cut. */
const MOST_ROWS = 64;

/** Sixteen bytes a line: where they are, in hexadecimal, and as ASCII. */
function hexDump(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += ROW) {
    if (lines.length === MOST_ROWS) return [...lines, `  ... ${bytes.length - at} more`];
    const row = Array.from(bytes.subarray(at, at + ROW));
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`  ${at.toString(16).padStart(8, "0")}  ${hex.padEnd(3 * ROW - 1)}  |${ascii}|`);
  }
  return lines;
}
