import { acceptBridge } from "../../src/bridge/accept.ts";
import { bridge } from "../../src/bridge/bridge.ts";
import type { BridgeChannel, Closing } from "../../src/bridge/channel.ts";
import { memoryChannel } from "../../src/bridge/memory-channel.ts";
import { publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { groundVm } from "../../src/dsl/ground-vm.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { atMetaLevel, spawn } from "../../src/dsl/processes.ts";
import { tcpAddress, tcpChannel, tcpHandle } from "../../src/messages/tcp.ts";
import type { ActionTree } from "../../src/model/action.ts";
import { formatTerm } from "../../src/terms/format.ts";
import { ANY } from "../../src/terms/wildcard.ts";
import { FakeHost } from "../../src/testing/fake-host.ts";
import type { GroundVm } from "../../src/vm/ground-vm.ts";
import type { Warning } from "../../src/vm/warning.ts";

/** Counts how often each thing came. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  get names(): string[] {
    return [...this.#counts.keys()].toSorted();
  }

  toString(): string {
    return this.names.map((name) => `${name} ${this.#counts.get(name)}`).join(", ") || "none";
  }
}

/** One end of a connection whose other end is the attacker. */
class HostileChannel implements BridgeChannel {
  closing: Closing | null = null;
  give: (frame: unknown) => void = () => {};
  #tellClosed: (closing: Closing) => void = () => {};

  send(): void {}

  close(code = 1000, reason = ""): void {
    this.closing ??= { code, reason };
  }

  onMessage(listener: (frame: unknown) => void): void {
    this.give = listener;
  }

  onClose(listener: (closing: Closing) => void): void {
    this.#tellClosed = listener;
  }

  /** The attacker is gone. */
  breaks(): void {
    this.closing ??= { code: 0, reason: "" };
    this.#tellClosed(this.closing);
  }
}

const ends = [tcpHandle("us"), tcpAddress("127.0.0.1", 80)] as const;

/** A ground VM whose sessions are attacked, one after the other. */
export class AttackedFarHalf {
  readonly warnings = new Tally();
  /** The codes with which the connections were closed. */
  readonly closings = new Tally();
  /** What somebody outside of the sessions has heard. */
  readonly leaked: string[] = [];
  sessions = 0;
  ended = 0;
  readonly #host = new FakeHost();
  readonly #vm: GroundVm;
  #channel = new HostileChannel();

  constructor() {
    const bystander = [["news", ANY], tcpChannel(...ends, ANY)].map((topic) =>
      subscriber(topic, { onMessage: (body) => void this.leaked.push(formatTerm(body)) }),
    );
    this.#vm = groundVm(() => spawn(() => bystander), {
      host: this.#host,
      linger: true,
      onWarning: (warning) => this.warnings.add(inWords(warning)),
    });
    this.#accept();
  }

  /** @returns whether the connection has survived it */
  feed(frame: unknown): boolean {
    this.#channel.give(frame);
    this.#host.settle();
    if (this.#channel.closing === null) return true;
    this.#renew();
    return false;
  }

  breaks(): void {
    this.#channel.breaks();
    this.#host.settle();
    this.#renew();
  }

  /** What a VM hears that comes now with good intentions, and how many sessions have not ended since the attack began. */
  aftermath(): { readonly heard: string[]; readonly left: number } {
    this.#channel.breaks();
    this.#host.settle();
    const left = this.sessions - this.ended;
    const heard: string[] = [];
    const [near, far] = memoryChannel(this.#host);
    const greeting = (): ActionTree<any> =>
      publisher(["news", ANY], { onPresence: () => sendMessage(["news", "hello"]) });
    acceptBridge(this.#vm, far, { boot: greeting });
    const listener = (): ActionTree<any> =>
      atMetaLevel(subscriber(["news", ANY], { onMessage: (body) => void heard.push(formatTerm(body)) }));
    groundVm(listener, { host: this.#host, container: bridge(near) });
    this.#host.settle();
    return { heard, left };
  }

  #renew(): void {
    this.closings.add(String(this.#channel.closing?.code));
    this.#channel = new HostileChannel();
    this.#accept();
  }

  #accept(): void {
    const boot = (): ActionTree<any> => [
      publisher(["news", ANY], { onMessage: () => sendMessage(["news", "answer"]) }),
      subscriber(tcpChannel(...ends, ANY), { onMessage: (message) => sendMessage(["news", message]) }),
    ];
    acceptBridge(this.#vm, this.#channel, { boot, onEnd: () => void this.ended++ });
    this.sessions++;
    this.#host.settle();
  }
}

/** A bridged VM whose container is an attacker, on one connection after the other. */
export class AttackedNearHalf {
  readonly warnings = new Tally();
  readonly closings = new Tally();
  connections = 0;
  messages = 0;
  /** The least number of peers that an endpoint has ever had: less than 0 if somebody went who was not there. */
  least = 0;
  readonly #host = new FakeHost();
  readonly #present = [0, 0];
  #channel = new HostileChannel();

  constructor() {
    const noting = (of: number) => ({
      onPresence: () => void (this.#present[of]! += 1),
      onAbsence: () => void (this.least = Math.min(this.least, (this.#present[of]! -= 1))),
      onMessage: () => void this.messages++,
    });
    const program = (): ActionTree<any> => [
      atMetaLevel(subscriber(["news", ANY], noting(0))),
      atMetaLevel(publisher(tcpChannel(...ends, ANY), noting(1))),
    ];
    const dial = (): BridgeChannel => {
      this.connections++;
      this.#channel = new HostileChannel();
      return this.#channel;
    };
    groundVm(program, {
      host: this.#host,
      container: bridge(dial, { firstWait: 1, longestWait: 1 }),
      onWarning: (warning) => this.warnings.add(inWords(warning)),
    });
    this.#host.settle();
  }

  /** Who is present, by endpoint. */
  get present(): readonly number[] {
    return this.#present;
  }

  /** @returns whether the connection has survived it */
  feed(frame: unknown): boolean {
    this.#channel.give(frame);
    this.#host.settle();
    return this.#channel.closing === null;
  }

  breaks(): void {
    this.#channel.breaks();
    this.#host.settle();
  }

  /** After the end of a connection. */
  redial(): void {
    this.closings.add(String(this.#channel.closing?.code));
    this.#host.advance(1);
  }
}

function inWords({ code, reason }: Warning): string {
  const { code: why } = (reason ?? {}) as { code?: string };
  return code === "PROCESS_CRASHED" ? `${code} ${why ?? String(reason)}` : code;
}
