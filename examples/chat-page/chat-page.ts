import {
  ANY,
  deleteEndpoint,
  driverError,
  eof,
  isEof,
  observePublishers,
  publisher,
  quit,
  sendMessage,
  spawn,
  subscriber,
  tcpChannel,
  tcpError,
  tcpHandle,
  transition,
  type ActionTree,
  type TcpAddress,
  type TcpChannel,
  type Transition,
} from "@marketplace/runtime";
import { domElement, domEvent, domFragment, type DomElement, type DomNode } from "@marketplace/devtools/dom";
import { takeLines } from "../chat/lines.ts";

/** So many lines stay in the page. */
const MOST_LINES = 500;

/** What a visit keeps: the beginning of a line that is not complete yet, and how many have come. */
interface Visit {
  readonly unfinished: Uint8Array;
  readonly count: number;
}

/**
 * A chat client whose screen is a page: the action that spawns it, in a VM with a TCP driver and a page's driver. The page has an element
 * `#chat`.
 */
export function chatPage(them: TcpAddress) {
  const place = `${them.host}:${them.port}`;

  /** One connection. A further one has another handle. */
  const visit = (number: number): Transition<Visit> => {
    const us = tcpHandle(`chat page ${number}`);

    const over = (why: string): ActionTree<Visit> => [
      show("#state", "state", text("p", { class: "over" }, why)),
      deleteEndpoint("#form form"),
      show("#form", "again", text("button", { type: "button", id: "again" }, "Join again")),
      subscriber(domEvent("#again", "click", ANY), {
        onMessage: () => [spawn(() => visit(number + 1), { name: "visit" }), quit()],
      }),
    ];

    const arrived = [
      show("#state", "state", text("p", {}, `In the room at ${place}.`)),
      // A bridge that was lost has come back by itself.
      deleteEndpoint("#form again"),
      show("#form", "form", form),
    ];

    const hear = ({ subpacket }: TcpChannel, { unfinished, count }: Visit) => {
      if (isEof(subpacket)) return sendMessage(tcpChannel(us, them, eof));
      if (!(subpacket instanceof Uint8Array)) return null;
      const { lines, rest } = takeLines(unfinished, subpacket);
      const shown = lines.map((line, i) => [
        show("#log", `line ${count + i}`, text("li", {}, line)),
        deleteEndpoint(`#log line ${count + i - MOST_LINES}`),
      ]);
      return transition({ unfinished: rest ?? new Uint8Array(), count: count + lines.length }, shown);
    };

    return transition<Visit>(
      { unfinished: new Uint8Array(), count: 0 },
      show("#state", "state", text("p", {}, `Joining the room at ${place} …`)),
      publisher(tcpChannel(us, them, ANY)),
      subscriber(tcpChannel(them, us, ANY), {
        onPresence: () => arrived,
        onMessage: hear,
        onAbsence: () => over(`The connection to ${place} has ended.`),
      }),
      observePublishers(tcpError(us, them, ANY), {
        onPresence: ({ role }) => {
          const { error } = role.topic;
          return driverError.isGround(error) && over(`${place} cannot be joined: ${error.message}`);
        },
      }),
      subscriber(domEvent("#say", "submit", ANY), {
        onMessage: ({ detail }) => {
          const { what } = detail.form ?? {};
          return typeof what === "string" && what !== "" && sendMessage(tcpChannel(us, them, `${what}\n`));
        },
      }),
    );
  };

  return spawn(() => [show("#chat", "room", room), spawn(() => visit(1), { name: "visit" })], { name: "chat page" });
}

/** What stands in the page from the beginning. The other fragments stand in it. */
const room = element("section", { class: "room" }, [
  text("h1", {}, "Chat"),
  element("div", { id: "state", role: "status" }, []),
  element("div", { class: "log", role: "log", tabindex: "0", "aria-label": "What is said" }, [
    element("ol", { id: "log" }, []),
  ]),
  element("div", { id: "form" }, []),
]);

const form = element("form", { id: "say" }, [
  element("label", { for: "what" }, ["Say"]),
  element("input", { id: "what", name: "what", autocomplete: "off", maxlength: "2000" }, []),
  text("button", {}, "Send"),
]);

function element(tag: string, attributes: DomElement["attributes"], children: readonly DomNode[]): DomElement {
  return domElement(tag, attributes, children);
}

function text(tag: string, attributes: DomElement["attributes"], content: string): DomElement {
  return domElement(tag, attributes, [content]);
}

/** Shows a fragment, in place of what was shown under this name before. */
function show(container: string, name: string, what: DomElement): ActionTree<Visit> {
  const id = `${container} ${name}`;
  return [deleteEndpoint(id), publisher(domFragment(container, name, what), {}, { id })];
}
