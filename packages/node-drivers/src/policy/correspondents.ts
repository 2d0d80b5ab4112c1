import { readAddress } from "./address.ts";
import type { Admission } from "./admission.ts";

/** So many are remembered, the newest. */
const MOST = 4096;

/** Whom a UDP socket has sent to, and may therefore hear. Nobody may be heard by chance whom no rule allows. */
export class Correspondents {
  readonly #admit: Admission;
  readonly #names = new Set<string>();

  constructor(admit: Admission) {
    this.#admit = admit;
  }

  /** Something is sent to this address. */
  add(address: string, port: number): void {
    const name = nameOf(address, port);
    this.#names.delete(name);
    this.#names.add(name);
    const [oldest] = this.#names;
    if (this.#names.size > MOST && oldest !== undefined) this.#names.delete(oldest);
  }

  /** May somebody at this address be heard? One whom the rules allow to be sent to may, too. */
  has(address: string, port: number): boolean {
    return this.#names.has(nameOf(address, port)) || this.#admit.admits("udp", address, port);
  }
}

function nameOf(address: string, port: number): string {
  return `${readAddress(address)?.text ?? address} ${port}`;
}
