// What the worker of a page runs, and how a program asks its pages for it. Nothing in here needs a page.

export { browserVmOffer, type BrowserVmOffer } from "./offer.ts";
export { runBrowserVm } from "./run.ts";
