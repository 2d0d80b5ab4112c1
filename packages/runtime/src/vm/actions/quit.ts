import type { Quit } from "../../model/action.ts";
import type { Process } from "../process.ts";

/** The end of the process itself or of a sibling (rules 17 and 18). An unknown PID does nothing. */
export function quit(process: Process, { pid, reason }: Quit): void {
  const victim = pid === undefined ? process : process.vm.processes.get(pid);
  if (victim !== undefined) endProcess(victim, reason);
}

/** What the victim still wanted to do is lost; its endpoints go one after the other, and it with the last. */
export function endProcess(victim: Process, reason: unknown): void {
  if (victim.ending) return;
  victim.ending = true;
  victim.vm.dropPending(victim);
  victim.vm.deliveries.end(victim, reason);
}
