import type { Debugger } from "../store/debugger.ts";
import { openFile } from "./recording.ts";

/** Opens a recording that is dropped on the page. */
export function acceptDrops(debug: Debugger): void {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) void openFile(debug, file);
  });
}
