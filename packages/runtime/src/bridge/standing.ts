import type { Role } from "../model/role.ts";
import { type Channel, channelOf } from "./conversation.ts";
import type { FarConversation } from "./far-conversation.ts";
import { type Template, templateOf } from "./template.ts";

/** An endpoint that stands here for one on the other side. */
export class Standing {
  readonly number: number;
  readonly role: Role;
  readonly template: Template | null;
  /** What its topic says of a TCP connection, if it does. */
  readonly channel: Channel | undefined;
  conversation: FarConversation | undefined = undefined;
  /** Are messages wanted there, or only presence and absence? */
  hears: boolean;

  constructor(number: number, role: Role, hears: boolean) {
    this.number = number;
    this.role = role;
    this.template = templateOf(role.topic);
    this.channel = channelOf(role.topic);
    this.hears = hears;
  }
}
