import { attachInspector, type AttachOptions } from "../../src/inspect/attach.ts";
import type { Channel } from "../../src/inspect/channel.ts";
import { decodeServerFrame } from "../../src/inspect/frames.ts";
import type { ProcessInTree, StreamItem, TraceEvent } from "../../src/inspect/events.ts";
import type {
  ClientFrame,
  Command,
  CommandName,
  FailedFrame,
  HelloFrame,
  RefusalFrame,
  Results,
  ServerFrame,
  SnapshotFrame,
  StatusFrame,
  WelcomeFrame,
} from "../../src/inspect/protocol.ts";
import type { FakeHost } from "../../src/testing/fake-host.ts";
import type { GroundVm } from "../../src/vm/ground-vm.ts";

/** A viewer in the same thread, that keeps everything it is sent and checks that it follows the protocol. */
export class Viewer {
  readonly frames: ServerFrame[] = [];
  readonly events: StreamItem[] = [];
  /** Each snapshot that was begun. */
  snapshots = 0;
  processes: ProcessInTree[] = [];
  at = 0;
  closed = false;
  /** Does it acknowledge what it is sent at once? */
  acknowledges = true;
  detach: () => void = () => {};
  readonly #host: FakeHost;
  #receive: (text: unknown) => void = () => {};
  #closing: () => void = () => {};
  #expected = 1;
  #nextRequest = 1;
  #atSnapshot = 0;

  private constructor(host: FakeHost) {
    this.#host = host;
  }

  static attach(
    vm: GroundVm,
    host: FakeHost,
    hello: Partial<HelloFrame> = {},
    options: AttachOptions = { control: true },
  ): Viewer {
    const viewer = Viewer.silent(vm, host, options);
    viewer.send({ type: "hello", protocol: 1, ...hello });
    viewer.flush();
    return viewer;
  }

  /** One that has not said hello. */
  static silent(vm: GroundVm, host: FakeHost, options: AttachOptions = { control: true }): Viewer {
    const viewer = new Viewer(host);
    const channel: Channel = {
      send: (text) => viewer.#take(text),
      close: () => {
        viewer.closed = true;
      },
      onMessage: (listener) => (viewer.#receive = listener),
      onClose: (listener) => (viewer.#closing = listener),
    };
    viewer.detach = attachInspector(vm, channel, options);
    return viewer;
  }

  send(frame: ClientFrame): void {
    this.raw(JSON.stringify(frame));
  }

  raw(text: unknown): void {
    this.#receive(text);
  }

  /** The viewer goes. */
  leave(): void {
    this.closed = true;
    this.#closing();
  }

  /** Let the program send what it gathers. */
  flush(): void {
    this.#host.advance(1000);
  }

  /** Acknowledge all that has been sent. */
  acknowledge(): void {
    this.send({ type: "ack", frame: this.#expected - 1 });
  }

  ask<Name extends CommandName>(command: Command & { readonly command: Name }): Results[Name] {
    const reply = this.#ask(command);
    if (reply?.type !== "reply") throw new Error(`no reply: ${JSON.stringify(reply)}`);
    return reply.result as Results[Name];
  }

  /** The code with which a request is refused. */
  refusal(command: object): string {
    const answer = this.#ask(command as Command);
    if (answer?.type !== "refusal") throw new Error(`not refused: ${JSON.stringify(answer)}`);
    return (answer satisfies RefusalFrame).code;
  }

  get welcome(): WelcomeFrame {
    return this.frames.find((frame) => frame.type === "welcome") as WelcomeFrame;
  }

  get status(): StatusFrame {
    this.flush();
    return this.frames.findLast((frame) => frame.type === "status") as StatusFrame;
  }

  get failed(): FailedFrame | undefined {
    return this.frames.find((frame) => frame.type === "failed");
  }

  /** The events since the last snapshot. */
  get sinceSnapshot(): StreamItem[] {
    return this.events.slice(this.#atSnapshot);
  }

  /** Events of some kind. */
  of<Kind extends TraceEvent["kind"]>(kind: Kind): (TraceEvent & { readonly kind: Kind })[] {
    return this.events.filter((event): event is TraceEvent & { readonly kind: Kind } => event.kind === kind);
  }

  #ask(command: Command): ServerFrame | undefined {
    const request = this.#nextRequest++;
    this.raw(JSON.stringify({ type: "request", request, ...command }));
    this.flush();
    return this.frames.find(
      (frame) => (frame.type === "reply" || frame.type === "refusal") && frame.request === request,
    );
  }

  #take(text: string): void {
    const frame = decodeServerFrame(text);
    this.frames.push(frame);
    if (frame.type === "welcome" || frame.type === "failed") return;
    if (frame.frame !== this.#expected) throw new Error(`expected frame ${this.#expected}, got ${frame.frame}`);
    this.#expected++;
    if (frame.type === "snapshot") this.#snapshot(frame);
    if (frame.type === "events") for (const event of frame.events) this.#event(event);
    if (this.acknowledges) this.send({ type: "ack", frame: frame.frame });
  }

  #snapshot({ first, at, processes }: SnapshotFrame): void {
    if (first) {
      this.snapshots++;
      this.processes = [];
      this.at = at;
      this.#atSnapshot = this.events.length;
    }
    this.processes.push(...processes);
  }

  #event(event: StreamItem): void {
    if (event.id !== this.at + 1) throw new Error(`expected event ${this.at + 1}, got ${event.id}`);
    this.at = event.kind === "gap" ? event.last : event.id;
    this.events.push(event);
  }
}
