import { describe, expect, test } from "vitest";
import { ANY, observePublishers, publisher, quit, spawn, subscriber, type ActionTree } from "@marketplace/runtime";
import { domError, domEvent, domFragment, type DomElement } from "@marketplace/devtools/dom";
import { el, hide, show, World } from "./world.ts";

const MAIN = '<div id="main"></div>';

/** A process that does what it is told by messages `["do", what]`, for a test to go on step by step. */
class Steps {
  readonly #steps: Record<string, ActionTree<any>>;
  send: (step: string) => void = () => {};

  constructor(steps: Record<string, ActionTree<any>>) {
    this.#steps = steps;
  }

  /** Its actions: it listens for clicks on a button of the test's own. */
  get actions(): ActionTree<any> {
    return subscriber(domEvent("#steps button", "click", ANY), {
      onMessage: ({ detail }: any) => this.#steps[detail.id],
    });
  }

  get html(): string {
    return `<p id="steps">${Object.keys(this.#steps)
      .map((step) => `<button type="button" id="${step}">${step}</button>`)
      .join("")}</p>`;
  }
}

function inSteps(steps: Record<string, ActionTree<any>>, first: ActionTree<any> = null, html = MAIN) {
  const taken = new Steps(steps);
  const world = new World(html + taken.html, () => [first, taken.actions]);
  const go = (step: string): void => {
    // Not the focus: a click of a person would take it.
    world.find(`#${step}`).click();
    world.host.settle();
  };
  const main = (): string => world.find("#main").innerHTML;
  return { world, go, main };
}

describe("domFragment", () => {
  test("a publisher of domFragment(container, id, element) has the element stand in the page, until it goes", () => {
    const { go, main } = inSteps(
      { go: hide("a") },
      show("a", el("p", { class: "warm", title: "a & b" }, "hello ", el("b", {}, "you"), " <i>")),
    );
    expect(main()).toBe('<p class="warm" title="a &amp; b">hello <b>you</b> &lt;i&gt;</p>');
    go("go");
    expect(main()).toBe("");
  });

  test("fragments stand in a container in the order in which they came, each for itself", () => {
    const { go, main } = inSteps({ change: show("b", el("p", {}, "B2")), go: hide("a") }, [
      show("a", el("p", {}, "A")),
      show("b", el("p", {}, "B")),
      show("c", el("p", {}, "C")),
    ]);
    expect(main()).toBe("<p>A</p><p>B</p><p>C</p>");
    go("change");
    expect(main()).toBe("<p>A</p><p>B2</p><p>C</p>");
    go("go");
    expect(main()).toBe("<p>B2</p><p>C</p>");
  });

  test("deleteEndpoint and publisher in one transition change the element that is there: focus, caret and what was typed stay", () => {
    const field = (label: string) =>
      el("form", {}, el("label", {}, label, el("input", { name: "what", type: "text" })), el("p", {}, label));
    const { world, go } = inSteps({ change: show("a", field("new")) }, show("a", field("old")));
    const input = world.field("input");
    input.focus();
    input.value = "half a thought";
    input.setSelectionRange(4, 6);
    go("change");
    expect(world.find("label").textContent).toBe("new");
    expect(world.find("input")).toBe(input);
    expect(document.activeElement).toBe(input);
    expect([input.value, input.selectionStart, input.selectionEnd]).toEqual(["half a thought", 4, 6]);
  });

  test("children with an id stay themselves wherever they are described next, and keep the focus", () => {
    const list = (...ids: string[]) => el("ul", {}, ...ids.map((id) => el("li", { id }, el("input", { name: id }))));
    const { world, go, main } = inSteps(
      { turn: show("a", list("z", "y", "x")), less: show("a", list("x", "z")) },
      show("a", list("x", "y", "z")),
    );
    const y = world.field("#x input");
    y.focus();
    y.value = "typed";
    y.setSelectionRange(2, 2);
    go("turn");
    expect(main().match(/id="."/g)).toEqual(['id="z"', 'id="y"', 'id="x"']);
    expect(world.find("#x input")).toBe(y);
    expect(document.activeElement).toBe(y);
    expect([y.value, y.selectionStart]).toEqual(["typed", 2]);
    go("less");
    expect(main().match(/id="."/g)).toEqual(['id="x"', 'id="z"']);
    expect(document.activeElement).toBe(y);
  });

  test("an element of another tag takes the place of the one before, and the focus if it has its id", () => {
    const { world, go, main } = inSteps({ change: show("a", el("section", {}, el("input", { id: "name" }))) }, [
      show("a", el("div", {}, el("input", { id: "name" }))),
      show("b", el("p")),
    ]);
    world.find("#name").focus();
    go("change");
    expect(main()).toBe('<section><input id="name"></section><p></p>');
    expect(document.activeElement).toBe(world.find("#name"));
  });

  test("attributes come, change and go; true is one without a value, false none", () => {
    const { go, main } = inSteps(
      { change: show("a", el("input", { disabled: false, required: true, title: "2" })) },
      show("a", el("input", { disabled: true, class: "x", title: "1" })),
    );
    expect(main()).toBe('<input disabled="" class="x" title="1">');
    go("change");
    expect(main()).toBe('<input title="2" required="">');
  });

  test("a fragment may be the container of others, which stay when it is described anew, and which may come before it", () => {
    const room = (title: string) => el("section", {}, el("h2", {}, title), el("ul", { id: "log" }));
    const { go, main } = inSteps(
      { change: show("room", room("Two")), go: hide("room"), back: show("room", room("Three")) },
      [show("line", el("li", {}, "hello"), "#log"), show("room", room("One"))],
    );
    expect(main()).toBe('<section><h2>One</h2><ul id="log"><li>hello</li></ul></section>');
    go("change");
    expect(main()).toBe('<section><h2>Two</h2><ul id="log"><li>hello</li></ul></section>');
    go("go");
    expect(main()).toBe("");
    go("back");
    expect(main()).toBe('<section><h2>Three</h2><ul id="log"><li>hello</li></ul></section>');
  });

  test("of two publishers of one fragment the newer one is shown; when it goes, the other", () => {
    const { go, main } = inSteps(
      {
        second: spawn(() => [
          publisher(domFragment("#main", "a", el("p", {}, "second"))),
          subscriber(domEvent("#end", "click", ANY), { onMessage: () => quit() }),
        ]),
        end: null,
      },
      show("a", el("p", {}, "first")),
    );
    go("second");
    expect(main()).toBe("<p>second</p>");
    go("end");
    expect(main()).toBe("<p>first</p>");
  });

  test("what a process had shown goes when it crashes", () => {
    const { go, main } = inSteps({
      start: spawn(() => [
        show("a", el("p", {}, "fragile")),
        subscriber(domEvent("#crash", "click", ANY), {
          onMessage() {
            throw new Error("broken");
          },
        }),
      ]),
      crash: null,
    });
    go("start");
    expect(main()).toBe("<p>fragile</p>");
    go("crash");
    expect(main()).toBe("");
  });

  test("vm.stop() takes every fragment and listener away", async () => {
    let clicks = 0;
    const world = new World(MAIN, () => [
      show("a", el("p", {}, "here")),
      subscriber(domEvent("p", "click", ANY), { onMessage: () => void clicks++ }),
    ]);
    const p = world.find("p");
    p.click();
    expect(clicks).toBe(1);
    const stopped = world.vm.stop();
    world.host.advance(2000);
    await stopped;
    expect(world.find("#main").innerHTML).toBe("");
    world.root.append(p);
    p.click();
    expect(clicks).toBe(1);
  });

  test("the publisher hears that its fragment stands in the page as the presence of a subscriber", () => {
    const heard: string[] = [];
    const fragment = domFragment("#main", "a", el("p"));
    const { go } = inSteps(
      { go: hide("a") },
      publisher(
        fragment,
        { onPresence: () => void heard.push("shown"), onAbsence: () => void heard.push("gone") },
        { id: "#main a" },
      ),
    );
    expect(heard).toEqual(["shown"]);
    go("go");
    expect(heard).toEqual(["shown", "gone"]);
  });

  test("the driver runs in a nested VM with an eventRelay", () => {
    let clicks = 0;
    const program = () => [
      show("a", el("button", {}, "here")),
      subscriber(domEvent("#main button", "click", ANY), { onMessage: () => [void clicks++, hide("a")] }),
    ];
    const world = new World(MAIN, program, true);
    expect(world.warnings).toEqual([]);
    world.find("button").click();
    world.host.settle();
    expect(clicks).toBe(1);
    expect(world.find("#main").innerHTML).toBe("");
  });
});

describe("domError", () => {
  const errors = (first: ActionTree<any>, steps: Record<string, ActionTree<any>> = {}, html = MAIN) => {
    const log: unknown[] = [];
    const watch = observePublishers(domError(ANY, ANY, ANY), {
      onPresence: ({ role: { topic } }: any) =>
        void log.push([topic.place, topic.name, topic.error.code, topic.error.message]),
      onAbsence: ({ role: { topic } }: any) => void log.push(["withdrawn", topic.place, topic.name]),
    });
    return { log, ...inSteps(steps, [watch, first], html) };
  };

  test("DOM_NO_CONTAINER is published while the page has no such container, and withdrawn when it has", () => {
    const { log, go, main } = errors(show("a", el("i", {}, "late"), "#room"), {
      add: show("room", el("div", { id: "room" })),
    });
    expect(log).toEqual([["#room", "a", "DOM_NO_CONTAINER", expect.stringContaining("#room")]]);
    go("add");
    expect(log[1]).toEqual(["withdrawn", "#room", "a"]);
    expect(main()).toBe('<div id="room"><i>late</i></div>');
  });

  test("DOM_BAD_SELECTOR is published for a container and for an event that no selector names; it goes with the demand", () => {
    const { log, go } = errors(
      [
        publisher(domFragment("###", "a", el("p")), {}, { id: "one" }),
        subscriber(domEvent("b[", "click", ANY), {}, { id: "two" }),
      ],
      { go: [hide("nothing")] },
    );
    go("go");
    expect(log.map((entry: any) => entry.slice(0, 3))).toEqual([
      ["b[", "click", "DOM_BAD_SELECTOR"],
      ["###", "a", "DOM_BAD_SELECTOR"],
    ]);
  });

  const refused: readonly (readonly [why: string, element: DomElement])[] = [
    ["a script", el("script", {}, "alert(1)")],
    ["a style sheet", el("style", {}, "p { color: red }")],
    ["a frame", el("iframe", { src: "about:blank" })],
    ["an object", el("object", { data: "x" })],
    ["a base", el("base", { href: "https://example.org" })],
    ["an svg", el("svg")],
    ["a custom element", el("x-widget")],
    ["an upper-case tag", el("SCRIPT")],
    ["a tag that is markup", el("p><script")],
    ["onclick", el("p", { onclick: "alert(1)" })],
    ["ONERROR", el("img", { ONERROR: "alert(1)" })],
    ["a style", el("p", { style: "position: fixed" })],
    ["innerHTML", el("p", { innerHTML: "<b>" })],
    ["srcdoc", el("p", { srcdoc: "<b>" })],
    ["an action", el("form", { action: "https://example.org" })],
    ["a formaction", el("button", { formaction: "https://example.org" })],
    ["javascript:", el("a", { href: "javascript:alert(1)" })],
    ["JavaScript: with controls in it", el("a", { href: " \u0001java\nscr\tipt:alert(1)" })],
    ["data:", el("a", { href: "data:text/html,<script>alert(1)</script>" })],
    ["vbscript:", el("a", { href: "vbscript:x" })],
    ["an image of a document", el("img", { src: "data:image/svg+xml,<svg/>" })],
    ["a name with a space", el("p", { "data-x y": "1" })],
    ["a value that is no text", el("p", { title: 1 })],
    ["a child that is no text", el("p", {}, 1 as never)],
    ["something deep inside", el("ul", {}, el("li", {}, el("p", { onclick: "alert(1)" })))],
    ["a field that hides what its form can do", el("form", {}, el("input", { name: "remove" }))],
    ["an image that hides what its form can do", el("form", {}, el("img", { id: "setAttribute" }))],
  ];
  test.each(refused)("DOM_BAD_ELEMENT is published for %s, which does not get into the page", (_, element) => {
    const { log, main } = errors(show("a", element));
    expect(log).toEqual([["#main", "a", "DOM_BAD_ELEMENT", expect.any(String)]]);
    expect(main()).toBe("");
  });

  test("what becomes wrong is taken away, and comes back when it is right again", () => {
    const { log, go, main } = errors(show("a", el("p", {}, "1")), {
      wrong: show("a", el("p", { onclick: "1" }, "2")),
      otherwise: show("a", el("p", { style: "1" }, "2")),
      right: show("a", el("p", {}, "3")),
    });
    go("wrong");
    expect(main()).toBe("");
    go("otherwise");
    const refusal = (of: string) => ["#main", "a", "DOM_BAD_ELEMENT", `p: "${of}" is no attribute that it may have`];
    const withdrawn = ["withdrawn", "#main", "a"];
    expect(log).toEqual([refusal("onclick"), withdrawn, refusal("style")]);
    go("right");
    expect(main()).toBe("<p>3</p>");
    expect(log.slice(3)).toEqual([withdrawn]);
  });
});
