// A program in a worker that counts how often a button of the page is pressed.
import { ANY, deleteEndpoint, groundVm, publisher, relay, spawn, subscriber, transition } from "@marketplace/runtime";
import { bridge, portChannel } from "@marketplace/runtime/bridge";
import { domElement, domEvent, domFragment, domRecords, domRoles } from "@marketplace/devtools/dom";

const face = (count: number) =>
  publisher(
    domFragment("#main", "face", domElement("button", { id: "count" }, [`pressed ${count} times`])),
    {},
    { id: 1 },
  );

const counter = () =>
  transition(
    0,
    face(0),
    subscriber(domEvent("#count", "click", ANY), {
      onMessage: (_, count: number) => transition(count + 1, deleteEndpoint(1), face(count + 1)),
    }),
  );

groundVm(() => [relay("page", domRoles), spawn(counter, { name: "counter" })], {
  container: bridge(portChannel(self as unknown as Worker), { records: domRecords }),
});
