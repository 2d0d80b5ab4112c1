import { createSocket, type RemoteInfo } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { decode, encode, AUTHORITATIVE_ANSWER } from "dns-packet";
import { onTestFinished } from "vitest";
import type { LookupNames } from "../../src/policy/lookups.ts";

/** A real name server whose answers change: each question for addresses of version 4 takes the next of a list, the last one for ever. */
export class FickleNameServer {
  /** The names it was asked for, in order. */
  readonly asked: string[] = [];
  readonly #answers: readonly (readonly string[])[];
  readonly #port: number;

  private constructor(port: number, answers: readonly (readonly string[])[]) {
    this.#port = port;
    this.#answers = answers;
  }

  static async open(...answers: readonly (readonly string[])[]): Promise<FickleNameServer> {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    onTestFinished(() => void socket.close());
    const server = new FickleNameServer(socket.address().port, answers);
    socket.on("message", (bytes: Buffer, { port, address }: RemoteInfo) => {
      socket.send(server.#answer(bytes), port, address);
    });
    return server;
  }

  /** Asks this server, by Node's own resolver, whenever it is called. */
  readonly lookup: LookupNames = (name) => {
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${this.#port}`]);
    return resolver.resolve4(name);
  };

  #answer(bytes: Buffer): Buffer {
    const { id, questions = [] } = decode(bytes);
    const [question] = questions;
    if (question === undefined) throw new Error("a question was expected");
    const addresses = this.#answers[Math.min(this.asked.length, this.#answers.length - 1)] ?? [];
    this.asked.push(question.name);
    const { name } = question;
    const answers = addresses.map((data) => ({ type: "A", class: "IN", ttl: 0, name, data }) as const);
    return encode({ id, type: "response", flags: AUTHORITATIVE_ANSWER, questions, answers });
  }
}
