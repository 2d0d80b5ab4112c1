import { Debugger } from "../store/debugger.ts";
import { BrowserVm } from "./browser-vm.ts";
import { findOffer } from "./find-offer.ts";
import type { Targets } from "./targets.ts";

/**
 * As soon as the program is seen to offer it, starts a VM in a worker of this page, and looks at it beside the program's.
 *
 * @param makeWorker a worker that calls `runBrowserVm`
 * @param url of the program's bridge
 */
export function acceptOffer(targets: Targets, makeWorker: () => Worker, url: string, token: string): void {
  const { debug: ofProgram } = targets.current;
  const stop = ofProgram.store.subscribe(({ model, connection, version }, before) => {
    if (version === before.version || connection?.kind !== "websocket") return;
    const port = findOffer(model.tree);
    if (port === undefined) return;
    stop();
    const browserVm = new BrowserVm(makeWorker, { url, token, port });
    const debug = new Debugger();
    debug.connect(browserVm.start());
    targets.add({ id: "browser", name: "Browser VM", debug, browserVm });
  });
}
