import type { SendMessage } from "../../model/action.ts";
import type { Process } from "../process.ts";

/** A message to every endpoint of the opposite orientation whose topic matches (semantics, rules 5 to 8). */
export function sendMessage(process: Process, { orientation, body }: SendMessage): void {
  process.vm.deliveries.message(orientation, body, process);
}
