import { checked, record, type Rec, type RecordType } from "@marketplace/runtime";

/**
 * Published in a VM that has a bridge, by a process of the ground VM that is there from the beginning: a page that looks at the VM is to run one of
 * its own, whose program listens on this port through the bridge.
 */
export interface BrowserVmOffer extends Rec<"browser-vm-offer"> {
  /** 0 to 65535; 0 lets the system pick. */
  readonly port: number;
}

/** `browserVmOffer(port)`: see {@link BrowserVmOffer}. */
export const browserVmOffer: RecordType<BrowserVmOffer, ["port"]> = checked(record("browser-vm-offer", "port"), {
  port: (value) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 65_535
      ? undefined
      : "an integer from 0 to 65535",
});
