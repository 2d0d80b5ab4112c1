import { createStore, type StoreApi } from "zustand/vanilla";
import type { Debugger } from "../store/debugger.ts";
import type { BrowserVm } from "./browser-vm.ts";

/** Something that the page looks at. */
export interface TargetTab {
  /** As it stands in addresses. */
  readonly id: "node" | "browser";
  readonly name: string;
  readonly debug: Debugger;
  /** Where it is a VM of this page's own. */
  readonly browserVm: BrowserVm | null;
}

interface Chosen {
  readonly targets: readonly TargetTab[];
  readonly current: TargetTab;
}

/** What a page looks at: one debugger for each, of which one is shown. All of them go on collecting. */
export class Targets {
  readonly store: StoreApi<Chosen>;

  constructor(debug: Debugger) {
    const node: TargetTab = { id: "node", name: "Node VM", debug, browserVm: null };
    this.store = createStore<Chosen>(() => ({ targets: [node], current: node }));
    debug.targets = this;
  }

  get all(): readonly TargetTab[] {
    return this.store.getState().targets;
  }

  get current(): TargetTab {
    return this.store.getState().current;
  }

  add(target: TargetTab): void {
    target.debug.targets = this;
    this.store.setState({ targets: [...this.all, target] });
  }

  select(id: TargetTab["id"]): void {
    const found = this.all.find((target) => target.id === id);
    if (found !== undefined) this.store.setState({ current: found });
  }

  /** The next one, round and round. */
  next(): void {
    const at = this.all.indexOf(this.current);
    this.store.setState({ current: this.all[(at + 1) % this.all.length] ?? this.current });
  }
}
