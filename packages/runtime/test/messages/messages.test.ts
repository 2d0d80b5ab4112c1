import { describe, expect, test } from "vitest";
import { driverError } from "../../src/messages/driver.ts";
import { messageRecords } from "../../src/messages/records.ts";
import {
  eof,
  isEof,
  tcpAddress,
  tcpChannel,
  tcpCredit,
  tcpError,
  tcpHandle,
  tcpListener,
  tcpListening,
  tcpMode,
} from "../../src/messages/tcp.ts";
import { setTimer, timerExpired } from "../../src/messages/timer.ts";
import {
  udpError,
  udpFailure,
  udpHandle,
  udpListener,
  udpListening,
  udpPacket,
  udpRemoteAddress,
} from "../../src/messages/udp.ts";
import { MarketplaceError } from "../../src/terms/error.ts";
import { formatTerm } from "../../src/terms/format.ts";
import { termFromJson, termToJson } from "../../src/terms/json.ts";
import { parseTerm } from "../../src/terms/parse.ts";
import { record } from "../../src/terms/record.ts";
import { equalTerms, type Term } from "../../src/terms/term.ts";
import { ANY, wild } from "../../src/terms/wildcard.ts";

const near = tcpHandle("a");
const far = tcpAddress("localhost", 80);
const failure = driverError("ECONNREFUSED", "connection refused");

/** One of each, and its text. */
const MESSAGES: readonly (readonly [Term, string])[] = [
  [tcpChannel(near, far, "hi"), 'tcp-channel(tcp-handle("a"), tcp-address("localhost", 80), "hi")'],
  [
    tcpChannel(far, tcpListener(0), new Uint8Array([1])),
    'tcp-channel(tcp-address("localhost", 80), tcp-listener(0), #x"01")',
  ],
  [tcpChannel(far, near, eof), 'tcp-channel(tcp-address("localhost", 80), tcp-handle("a"), tcp-eof())'],
  [tcpChannel(far, near, tcpCredit(0)), 'tcp-channel(tcp-address("localhost", 80), tcp-handle("a"), tcp-credit(0))'],
  [
    tcpChannel(far, near, tcpMode("lines")),
    'tcp-channel(tcp-address("localhost", 80), tcp-handle("a"), tcp-mode("lines"))',
  ],
  [tcpChannel(ANY, tcpListener(ANY), ANY), "tcp-channel(_, tcp-listener(_), _)"],
  [tcpListening(tcpListener(0), far), 'tcp-listening(tcp-listener(0), tcp-address("localhost", 80))'],
  [
    tcpError(near, far, failure),
    'tcp-error(tcp-handle("a"), tcp-address("localhost", 80), driver-error("ECONNREFUSED", "connection refused"))',
  ],
  [tcpError(tcpListener(80), ANY, ANY), "tcp-error(tcp-listener(80), _, _)"],
  [
    udpPacket(udpHandle(1), udpRemoteAddress("::1", 53), "q"),
    'udp-packet(udp-handle(1), udp-remote-address("::1", 53), "q")',
  ],
  [
    udpListening(udpListener(0), udpRemoteAddress("::1", 53)),
    'udp-listening(udp-listener(0), udp-remote-address("::1", 53))',
  ],
  [udpError(udpListener(53), driverError("EACCES", "")), 'udp-error(udp-listener(53), driver-error("EACCES", ""))'],
  [
    udpFailure(udpHandle(1), udpRemoteAddress("::1", 53), "EMSGSIZE"),
    'udp-failure(udp-handle(1), udp-remote-address("::1", 53), "EMSGSIZE")',
  ],
  [setTimer(["a"], 0, "relative"), 'set-timer(["a"], 0, "relative")'],
  [setTimer(ANY, 1.5, "absolute"), 'set-timer(_, 1.5, "absolute")'],
  [timerExpired(wild("l"), 1e12), "timer-expired(_l, 1000000000000)"],
];

describe("the drivers' messages", () => {
  test("each is made, printed and read back, under the names that it has", () => {
    for (const [message, text] of MESSAGES) {
      expect(formatTerm(message)).toBe(text);
      for (const back of [
        parseTerm(text, { records: messageRecords }),
        termFromJson(termToJson(message), { records: messageRecords }),
      ]) {
        expect(equalTerms(back, message)).toBe(true);
        expect(back).toEqual(message);
      }
    }
  });

  test("fields of the wrong kind are refused at the call, with what was expected and what came", () => {
    const wrong = (call: () => unknown): string => {
      try {
        return `made ${formatTerm(call())}`;
      } catch (error) {
        return error instanceof MarketplaceError ? `${error.code} ${error.message}` : String(error);
      }
    };
    const as = (value: unknown): never => value as never;
    const natural = "an integer from 0 to 2^53 - 1, or a wildcard";
    const port = "an integer from 0 to 65535, or a wildcard";
    const end = "tcp-address(host, port) or tcp-handle(id) or tcp-listener(port), or a wildcard";
    const udpEnd = "udp-remote-address(host, port) or udp-handle(id) or udp-listener(port), or a wildcard";
    const cases: [() => unknown, string][] = [
      [() => tcpAddress("", 80), 'tcp-address host: expected a non-empty string, or a wildcard, got ""'],
      [() => tcpAddress(as(80), 80), "tcp-address host: expected a non-empty string, or a wildcard, got 80"],
      [() => tcpAddress("a", -1), `tcp-address port: expected ${port}, got -1`],
      [() => tcpAddress("a", 70_000), `tcp-address port: expected ${port}, got 70000`],
      [() => tcpAddress("a", 1.5), `tcp-address port: expected ${port}, got 1.5`],
      [() => tcpAddress("a", as("80")), `tcp-address port: expected ${port}, got "80"`],
      [() => tcpAddress("a", as(80n)), `tcp-address port: expected ${port}, got 80n`],
      [() => tcpListener(65_536), `tcp-listener port: expected ${port}, got 65536`],
      [() => udpRemoteAddress("a", -1), `udp-remote-address port: expected ${port}, got -1`],
      [
        () => udpRemoteAddress(as(null), 1),
        "udp-remote-address host: expected a non-empty string, or a wildcard, got null",
      ],
      [() => udpListener(as(undefined)), "udp-listener.port: expected a term, got undefined"],
      [() => tcpChannel(as("a"), far, ""), `tcp-channel source: expected ${end}, got "a"`],
      [() => tcpChannel(near, as(udpHandle(1)), ""), `tcp-channel destination: expected ${end}, got udp-handle(1)`],
      [
        () => tcpChannel(near, far, as(1)),
        "tcp-channel subpacket: expected a Uint8Array, a string, eof, tcpCredit(amount) or tcpMode(mode), or a wildcard, got 1",
      ],
      [
        () => tcpChannel(near, far, as(null)),
        "tcp-channel subpacket: expected a Uint8Array, a string, eof, tcpCredit(amount) or tcpMode(mode), or a wildcard, got null",
      ],
      [() => tcpCredit(-1), `tcp-credit amount: expected ${natural}, got -1`],
      [() => tcpCredit(0.5), `tcp-credit amount: expected ${natural}, got 0.5`],
      [() => tcpMode(as("words")), 'tcp-mode mode: expected "lines" or "bytes", or a wildcard, got "words"'],
      [
        () => tcpListening(as(near), far),
        'tcp-listening listener: expected tcp-listener(port), or a wildcard, got tcp-handle("a")',
      ],
      [
        () => tcpListening(tcpListener(1), as(near)),
        'tcp-listening address: expected tcp-address(host, port), or a wildcard, got tcp-handle("a")',
      ],
      [
        () => tcpError(as(far), near, failure),
        'tcp-error local: expected tcp-handle(id) or tcp-listener(port), or a wildcard, got tcp-address("localhost", 80)',
      ],
      [() => tcpError(near, as(1), failure), `tcp-error remote: expected ${end}, got 1`],
      [
        () => tcpError(near, far, as(new Error("no"))),
        'tcp-error error: expected driver-error(code, message), or a wildcard, got #<Error "no">',
      ],
      [() => udpPacket(as(near), udpHandle(1), ""), `udp-packet source: expected ${udpEnd}, got tcp-handle("a")`],
      [() => udpPacket(udpHandle(1), as(1), ""), `udp-packet destination: expected ${udpEnd}, got 1`],
      [
        () => udpPacket(udpHandle(1), udpHandle(2), as([])),
        "udp-packet body: expected a Uint8Array or a string, or a wildcard, got []",
      ],
      [() => udpListening(as(1), as(1)), "udp-listening listener: expected udp-listener(port), or a wildcard, got 1"],
      [
        () => udpError(as(1), failure),
        "udp-error local: expected udp-handle(id) or udp-listener(port), or a wildcard, got 1",
      ],
      [
        () => udpError(udpHandle(1), as("E")),
        'udp-error error: expected driver-error(code, message), or a wildcard, got "E"',
      ],
      [
        () => udpFailure(udpHandle(1), udpHandle(2), ""),
        'udp-failure code: expected a non-empty string, or a wildcard, got ""',
      ],
      [() => driverError("", "m"), 'driver-error code: expected a non-empty string, or a wildcard, got ""'],
      [() => driverError("E", as(1)), "driver-error message: expected a string, or a wildcard, got 1"],
      [
        () => setTimer("a", -1, "relative"),
        "set-timer milliseconds: expected a number that is not negative, or a wildcard, got -1",
      ],
      [() => setTimer("a", NaN, "relative"), "set-timer.milliseconds: expected a finite number, got NaN"],
      [
        () => setTimer("a", 1, as("soon")),
        'set-timer kind: expected "relative" or "absolute", or a wildcard, got "soon"',
      ],
      [() => timerExpired("a", as("now")), 'timer-expired now: expected a number, or a wildcard, got "now"'],
      [() => (tcpHandle as unknown as () => Term)(), "tcp-handle: expected 1 fields (id), got 0"],
    ];
    for (const [call, message] of cases) {
      expect(wrong(call)).toBe(
        `${message.includes(": expected a term") || message.includes("finite") ? "BAD_TERM" : "BAD_ARGUMENT"} ${message}`,
      );
    }
  });

  test("wildcards may stand in any field", () => {
    const types = [
      tcpAddress,
      tcpChannel,
      tcpCredit,
      tcpError,
      tcpHandle,
      tcpListener,
      tcpListening,
      tcpMode,
      driverError,
      setTimer,
      timerExpired,
    ];
    const udpTypes = [udpError, udpFailure, udpHandle, udpListener, udpListening, udpPacket, udpRemoteAddress];
    for (const type of [...types, ...udpTypes]) {
      const make = type as unknown as (...fields: Term[]) => Term;
      for (const wildcard of [ANY, wild("x")]) expect(() => make(...type.names.map(() => wildcard))).not.toThrow();
    }
  });

  test("isEof recognises eof, also when made elsewhere", () => {
    expect(isEof(eof)).toBe(true);
    expect(isEof(record("tcp-eof")())).toBe(true);
    for (const other of [undefined, null, "", "tcp-eof", ANY, tcpCredit(1)]) expect(isEof(other)).toBe(false);
  });

  test("messages from outside with fields that would be refused at the call are refused when read", () => {
    const json = [{ struct: "tcp-address", fields: ["localhost", 70_000] }];
    expect(() => termFromJson(json, { records: messageRecords })).toThrow(
      "json[0]: tcp-address port: expected an integer from 0 to 65535, or a wildcard, got 70000",
    );
    expect(() => parseTerm('[tcp-mode("words")]', { records: messageRecords })).toThrow(
      '1:10: tcp-mode mode: expected "lines" or "bytes", or a wildcard, got "words"',
    );
  });
});
