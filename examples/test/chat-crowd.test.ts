import { expect, test } from "vitest";
import { LineClient } from "./line-client.ts";
import { listening, startExample } from "./program.ts";

const CLIENTS = 200;
const LINES = 20;
const RESETS = 50;

/** What a client has heard, kind by kind. */
class Listener {
  readonly client: LineClient;
  name = "";
  readonly arrived = new Set<string>();
  readonly departed = new Set<string>();
  /** What each speaker said, in the order in which it came. */
  readonly said = new Map<string, string[]>();
  #read = 0;

  constructor(port: number) {
    this.client = new LineClient(port);
  }

  /** Wait until something holds of what was heard. */
  async hears(holds: () => boolean): Promise<void> {
    await this.client.until(() => {
      for (; this.#read < this.client.lines.length; this.#read++) this.#hear(this.client.lines[this.#read] as string);
      return holds();
    });
  }

  get heard(): number {
    return [...this.said.values()].reduce((sum, lines) => sum + lines.length, 0);
  }

  #hear(line: string): void {
    const [, name, what, text = ""] = /^(?:You are )?(user\d+)(?:\.$| (arrived|departed)\.$|: (.*)$)/.exec(line) ?? [];
    if (name === undefined) throw new Error(`not a line of the room: ${line}`);
    if (line.startsWith("You are ")) this.name = name;
    else if (what !== undefined) {
      const set = what === "arrived" ? this.arrived : this.departed;
      if (set.has(name)) throw new Error(`announced twice: ${line}`);
      set.add(name);
    } else {
      const lines = this.said.get(name);
      if (lines === undefined) this.said.set(name, [text]);
      else lines.push(text);
    }
  }
}

/** What the speaker called `name` says. */
function speech(name: string): string[] {
  return Array.from({ length: LINES }, (_, i) => `${name} has ${LINES - i} lines to go`);
}

test(
  `${CLIENTS} clients saying ${LINES} lines each hear all of every other's in order, and the departure of ${RESETS} who reset at once`,
  { timeout: 240_000 },
  async () => {
    await using program = startExample("chat", "--port", "0");
    const port = await listening(program, "chat");
    const all = Array.from({ length: CLIENTS }, () => new Listener(port));
    try {
      // Each has seen all others: nobody is late for what is said now.
      await Promise.all(all.map((each) => each.hears(() => each.arrived.size === CLIENTS - 1)));
      const names = new Set(all.map((each) => each.name));
      expect(names.size).toBe(CLIENTS);
      for (const each of all) expect(each.arrived).toEqual(new Set([...names].filter((name) => name !== each.name)));

      for (const [index, each] of all.entries()) {
        const lines = speech(each.name).map((line) => `${line}\n`);
        // Half of them in one piece, half line by line.
        if (index % 2 === 0) each.client.send(lines.join(""));
        else for (const line of lines) each.client.send(line);
      }
      await Promise.all(all.map((each) => each.hears(() => each.heard === CLIENTS * LINES)));
      const expected = new Map([...names].map((name) => [name, speech(name)]));
      for (const each of all) expect(each.said).toEqual(expected);

      const leaving = all.slice(0, RESETS);
      const staying = all.slice(RESETS);
      for (const each of leaving) each.client.reset();
      await Promise.all(staying.map((each) => each.hears(() => each.departed.size === RESETS)));
      for (const each of staying) expect(each.departed).toEqual(new Set(leaving.map(({ name }) => name)));

      const speaker = staying[0] as Listener;
      speaker.client.send("and on it goes\n");
      await Promise.all(
        staying.map((each) => each.hears(() => each.said.get(speaker.name)?.at(-1) === "and on it goes")),
      );
      expect(program.stderr).toBe("");
    } finally {
      for (const each of all) each.client[Symbol.dispose]();
    }
  },
);
