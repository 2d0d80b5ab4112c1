import { ANY, driverError, RecordTable, type RelayedRole } from "@marketplace/runtime";
import { domElement, domError, domEvent, domFragment } from "./terms.ts";

/** What a program does that uses a page: for `relay`, where the page's driver is in the VM outside. */
export const domRoles: readonly RelayedRole[] = [
  { orientation: "publisher", topic: domFragment(ANY, ANY, ANY) },
  { orientation: "subscriber", topic: domEvent(ANY, ANY, ANY) },
  { orientation: "subscriber", topic: domError(ANY, ANY, ANY) },
];

/** The record types of what a page's driver is told and tells: for both sides of a bridge. */
export const domRecords: RecordTable = new RecordTable([domElement, domError, domEvent, domFragment, driverError]);
