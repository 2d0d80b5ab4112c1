import type { Targets } from "../targets/targets.ts";
import { openFile } from "./recording.ts";

/** Opens a recording that is dropped on the page, in place of what is shown. */
export function acceptDrops(targets: Targets): void {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) void openFile(targets.current.debug, file);
  });
}
