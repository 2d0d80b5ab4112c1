import { sendMessage, spawn, yieldThen, type ActionTree, type Term } from "@marketplace/runtime";
import type { Starter } from "./start.ts";

/** How many messages are sent in one turn: a publisher with much to say says it in pieces. */
const BURST = 50;

/** A process that sends as many messages as it is told to; `message` makes the i-th. */
export function publisher(starter: Starter, message: (i: number) => Term): ActionTree<any> {
  const burst = (from: number, to: number, done: () => void): ActionTree<any> => {
    const end = Math.min(from + BURST, to);
    const actions: ActionTree<any>[] = [];
    for (let i = from; i < end; i++) actions.push(sendMessage(message(i)));
    actions.push(yieldThen(() => (end < to ? burst(end, to, done) : done())));
    return actions;
  };
  return spawn(() => starter((n, done) => burst(0, n, done)));
}
