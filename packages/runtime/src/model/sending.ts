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
