import type { EventId, ProcessPath } from "@marketplace/runtime/inspect";
import type { Model } from "../../model/model.ts";
import { subjectOf } from "../../model/summary.ts";
import type { Selection } from "../../store/state.ts";

/** The process that the selection is, belongs to, or concerns; `""` for none. */
export function subjectProcess(selection: Selection, model: Model): ProcessPath {
  switch (selection.kind) {
    case "process":
      return selection.path;
    case "endpoint":
      return model.tree.endpoint(selection.key)?.process ?? "";
    case "event": {
      const item = model.log.find(selection.id);
      return item === undefined ? "" : subjectOf(item);
    }
  }
}

/** The event that stands for the selection in chains of causes: that by which it came to be. */
export function originEvent(selection: Selection, model: Model): EventId {
  switch (selection.kind) {
    case "event":
      return selection.id;
    case "process":
      return model.tree.process(selection.path)?.since ?? 0;
    case "endpoint":
      return model.tree.endpoint(selection.key)?.added ?? 0;
  }
}
