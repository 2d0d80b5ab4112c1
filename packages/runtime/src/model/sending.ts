import { PLAIN } from "../terms/kinds.ts";
import type { Term } from "../terms/term.ts";
import type { SendMessage } from "./action.ts";
import type { Orientation } from "./role.ts";

/**
 * The action that most actions are. It is of a class, other than the rest, so that it can be told from them without asking for its
 * `type`: that takes the longer the more kinds of actions a program has performed.
 */
export class Sending implements SendMessage {
  declare readonly type: "send-message";
  declare readonly body: Term;
  declare readonly orientation: Orientation;

  constructor(body: Term, orientation: Orientation) {
    this.type = "send-message";
    this.body = body;
    this.orientation = orientation;
  }
}
// As a part of a message it is data, as any other action is.
Object.defineProperty(Sending.prototype, PLAIN, { value: true });
