import type { TermJson } from "@marketplace/runtime/inspect";
import { browserVmOffer } from "../browser-vm/offer.ts";
import { termFrom } from "../model/terms.ts";
import { livesAt, type Tree } from "../model/tree.ts";

/** Who offers a VM does so from the beginning: further processes are not looked at, however many come. */
const FIRST = 64;

/** The port on which a VM of this page is to listen; undefined where the program says nothing of that. */
export function findOffer({ roots }: Tree): number | undefined {
  for (const process of roots.slice(0, FIRST)) {
    for (const endpoint of process.endpoints) {
      if (endpoint.role.orientation !== "publisher" || !livesAt(endpoint, null)) continue;
      const port = portIn(endpoint.role.topic);
      if (port !== undefined) return port;
    }
  }
  return undefined;
}

function portIn(topic: TermJson): number | undefined {
  try {
    const offer = browserVmOffer.from(termFrom(topic));
    return browserVmOffer.isGround(offer) ? offer.port : undefined;
  } catch {
    // A record of that name with something else in it.
    return undefined;
  }
}
