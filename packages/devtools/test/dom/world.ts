import { afterEach } from "vitest";
import { simulate } from "@marketplace/runtime/testing";
import { deleteEndpoint, eventRelay, publisher, spawn, spawnVm, type ActionTree } from "@marketplace/runtime";
import { domDriver, domElement, domFragment, type DomElement, type DomNode } from "@marketplace/devtools/dom";

/** A part of this page for one test, and a VM whose driver has it. */
export class World {
  readonly root: HTMLElement;
  readonly host;
  readonly vm;
  readonly warnings;

  /** @param html what the part holds at first @param program what runs beside the driver @param nested in a VM of their own, with an event relay */
  constructor(html: string, program: () => ActionTree<any>, nested = false) {
    this.root = document.createElement("div");
    this.root.innerHTML = html;
    document.body.append(this.root);
    const { root } = this;
    const boot = () => [domDriver({ root }), spawn(program, { name: "program" })];
    const simulation = simulate(nested ? () => spawnVm(() => [eventRelay("page"), boot()]) : boot);
    this.host = simulation.host;
    this.vm = simulation.vm;
    this.warnings = simulation.warnings;
    this.host.settle();
    worlds.push(this);
  }

  find(selector: string): HTMLElement {
    const found = this.root.querySelector<HTMLElement>(selector);
    if (found === null) throw new Error(`nothing is ${selector} in ${this.root.innerHTML}`);
    return found;
  }

  field(selector: string): HTMLInputElement {
    return this.find(selector) as HTMLInputElement;
  }
}

const worlds: World[] = [];

afterEach(() => {
  for (const { root } of worlds.splice(0)) root.remove();
});

export function el(tag: string, attributes: DomElement["attributes"] = {}, ...children: DomNode[]): DomElement {
  return domElement(tag, attributes, children);
}

/** Publishes a fragment, in place of what this endpoint published before. */
export function show(id: string, element: DomElement, container = "#main"): ActionTree<any> {
  const endpoint = `${container} ${id}`;
  return [deleteEndpoint(endpoint), publisher(domFragment(container, id, element), {}, { id: endpoint })];
}

export function hide(id: string, container = "#main"): ActionTree<any> {
  return deleteEndpoint(`${container} ${id}`);
}
