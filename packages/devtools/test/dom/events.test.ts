import { describe, expect, test } from "vitest";
import { ANY, publisher, spawn, subscriber, type ActionTree } from "@marketplace/runtime";
import { domDriver, domEvent, type DomEvent } from "@marketplace/devtools/dom";
import { el, show, World } from "./world.ts";

/** A page whose events of one type, at one selector, are noted. */
function listening(html: string, selector: string, type: string, more: ActionTree<any> = null) {
  const heard: DomEvent["detail"][] = [];
  const world = new World(html, () => [
    subscriber(domEvent(selector, type, ANY), { onMessage: ({ detail }: any) => void heard.push(detail) }),
    more,
  ]);
  return { world, heard };
}

describe("domEvent", () => {
  test("a subscriber of domEvent(selector, type, ANY) is told of what happens to the element, or inside of it", () => {
    const { world, heard } = listening(
      '<ul><li id="one" data-room-number="7"><b>in</b></li><li><i>out</i></li></ul><p>away</p>',
      "li",
      "click",
    );
    world.find("b").click();
    world.find("i").click();
    world.find("p").click();
    expect(heard).toEqual(
      [
        { id: "one", data: { roomNumber: "7" } },
        { id: "", data: {} },
      ].map((detail) => expect.objectContaining(detail)),
    );
  });

  test("what is shown later is heard too", () => {
    const { world, heard } = listening(
      '<div id="main"></div>',
      "#main button",
      "click",
      show("a", el("button", { id: "x" }, "x")),
    );
    world.find("button").click();
    expect(heard.map(({ id }) => id)).toEqual(["x"]);
  });

  test("it tells what a field holds, whether it is checked, and which key was pressed", () => {
    const { world, heard } = listening(
      '<input id="text"><input id="box" type="checkbox" value="yes"><p tabindex="0">p</p>',
      "*",
      "keydown",
    );
    const text = world.field("#text");
    text.value = "abc";
    text.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    const box = world.field("#box");
    box.checked = true;
    box.dispatchEvent(new KeyboardEvent("keydown", { key: " " }));
    world.find("p").dispatchEvent(new KeyboardEvent("keydown", { key: "a" }));
    expect(heard).toEqual([
      { id: "text", data: {}, value: "abc", key: "Enter" },
      { id: "box", data: {}, value: "yes", checked: true, key: " " },
      { id: "", data: {}, key: "a" },
    ]);
  });

  test("events that do not bubble are heard: focus", () => {
    const { world, heard } = listening('<p><input id="x"></p>', "p input", "focus");
    world.find("#x").focus();
    expect(heard.map(({ id }) => id)).toEqual(["x"]);
  });

  test("a submit tells the fields by name, empties them as they are described, and does not leave the page", () => {
    const form = el(
      "form",
      {},
      el("input", { name: "what", value: "hello" }),
      el("input", { name: "tag", value: "a" }),
      el("input", { name: "tag", value: "b" }),
      el("button", { name: "way", value: "out" }, "Send"),
    );
    const { world, heard } = listening('<div id="main"></div>', "form", "submit", show("a", form));
    const what = world.field('[name="what"]');
    what.value = "typed";
    world.find("button").click();
    expect(heard).toEqual([{ id: "", data: {}, form: { what: "typed", tag: ["a", "b"], way: "out" } }]);
    expect(what.value).toBe("hello");
  });

  test("a form of a fragment does not leave the page when nobody subscribes either, whatever its fields are called", () => {
    const world = new World('<div id="main"></div>', () =>
      show(
        "a",
        el("form", {}, el("input", { name: "reset" }), el("input", { name: "elements" }), el("button", {}, "Send")),
      ),
    );
    let prevented: boolean | undefined;
    addEventListener("submit", (event) => (prevented = event.defaultPrevented), { once: true });
    world.find("button").click();
    expect(prevented).toBe(true);
  });

  test("several subscribers of one event are told once each; the last that goes ends the listening", () => {
    const told: string[] = [];
    const listener = (name: string) =>
      spawn(() =>
        subscriber(domEvent("button", "click", ANY), {
          onMessage: () => {
            told.push(name);
            if (told.length > 2) throw new Error("enough");
          },
        }),
      );
    const world = new World("<button>x</button>", () => [listener("a"), listener("b")]);
    world.find("button").click();
    expect(told).toEqual(["a", "b"]);
    world.find("button").click();
    world.find("button").click();
    expect(told).toEqual(["a", "b", "a", "b"]);
  });

  test("the driver is present as a publisher while it listens; a wildcard in the selector asks for nothing", () => {
    const seen: string[] = [];
    const note = (name: string) => ({
      onPresence: () => void seen.push(`${name} +`),
      onMessage: () => void seen.push(name),
    });
    const world = new World("<button>x</button>", () => [
      subscriber(domEvent(ANY, "click", ANY), note("any")),
      subscriber(domEvent("button", ANY, ANY), note("any type")),
    ]);
    world.find("button").click();
    expect(seen).toEqual([]);
    const other = new World("<button>x</button>", () => [
      subscriber(domEvent(ANY, "click", ANY), note("any")),
      subscriber(domEvent("button", "click", ANY), note("button")),
    ]);
    other.find("button").click();
    expect(seen.toSorted()).toEqual(["any", "any +", "button", "button +"]);
  });

  test("while the VM is busy at most 1,024 events wait; the rest is not told", () => {
    let heard = 0;
    const world: World = new World("<button>x</button>", () =>
      subscriber(domEvent("button", "click", ANY), {
        onMessage() {
          // The first one has more come of it than may wait.
          const more = heard++ === 0 ? 2000 : 0;
          for (let i = 0; i < more; i++) world.find("button").dispatchEvent(new MouseEvent("click", { bubbles: true }));
        },
      }),
    );
    world.find("button").click();
    world.host.settle();
    expect(heard).toBe(1 + 1024);
  });

  test("what the page is asked to publish is no event: a program may say domEvent itself", () => {
    const { world, heard } = listening("<p>x</p>", "p", "click", publisher(domEvent("p", "click", ANY)));
    world.find("p").click();
    expect(heard).toHaveLength(1);
  });
});

test.each([
  [{ root: "#main" }, 'domDriver: root: expected a document or an element, got "#main"'],
  [{ rooot: document.body }, 'domDriver: options: expected only root, got "rooot"'],
  [null, "domDriver: options: expected an object with root, got null"],
])("domDriver(%o) throws BAD_ARGUMENT: %s", (options, message) => {
  expect(() => domDriver(options as never)).toThrow(expect.objectContaining({ code: "BAD_ARGUMENT", message }));
});
