import type { AtMetaLevel } from "../../model/action.ts";
import { askMetaLevel } from "../meta-level.ts";
import type { InternalAtMetaLevel } from "../pending-action.ts";
import type { Process } from "../process.ts";

/** The action applies to the VM's container, or, wrapped n times, to the n-th VM outwards (rules 22 to 25). */
export function atMetaLevel(process: Process, wrapped: AtMetaLevel<unknown> | InternalAtMetaLevel): void {
  let action = wrapped.action;
  let levels = 1;
  while (action.type === "at-meta-level") {
    action = action.action;
    levels++;
  }
  askMetaLevel(process, action, levels);
}
