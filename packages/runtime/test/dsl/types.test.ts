import { expect, expectTypeOf, test } from "vitest";
import { on, observePublishers, publisher, subscriber } from "../../src/dsl/endpoints.ts";
import { sendMessage } from "../../src/dsl/messages.ts";
import { atMetaLevel, quit, spawn, yieldThen } from "../../src/dsl/processes.ts";
import { sequenceActions } from "../../src/dsl/sequence-actions.ts";
import { transition } from "../../src/model/transition.ts";
import { tcpAddress, tcpChannel, tcpHandle, type TcpChannel } from "../../src/messages/tcp.ts";
import type { Term } from "../../src/terms/term.ts";
import { ANY, isWild } from "../../src/terms/wildcard.ts";

// The compiler is the test here: each `@ts-expect-error` fails if there is no error. The bodies are never run.

test("a topic's record types the handler's message", () => {
  const remote = tcpAddress("127.0.0.1", 80);
  expect(
    subscriber(tcpChannel(remote, tcpHandle("h"), ANY), {
      onMessage(message) {
        expectTypeOf(message).toEqualTypeOf<TcpChannel>();
      },
      onPresence(event) {
        const { source } = event.role.topic;
        // @ts-expect-error a topic may have wildcards in it: it is narrowed first
        void source.host;
        if (tcpAddress.is(source) && !isWild(source.port)) expectTypeOf(source.port).toEqualTypeOf<number>();
      },
    }).type,
  ).toBe("add-endpoint");
});

test("a list with a tail types its beginning, and ANY is any term", () => {
  subscriber(["room", ...ANY], {
    onMessage(message) {
      expectTypeOf(message[0]).toEqualTypeOf<"room">();
      expectTypeOf(message[1]).toEqualTypeOf<Term | undefined>();
    },
  });
  subscriber(ANY, { onMessage: (message) => void expectTypeOf(message).toEqualTypeOf<Term>() });
  subscriber(["chat", ANY, "says", ANY], {
    onMessage: ([, who, says]) =>
      void [expectTypeOf(who).toEqualTypeOf<Term>(), expectTypeOf(says).toEqualTypeOf<"says">()],
  });
});

test("a process's state types its handlers, and they must keep to it", () => {
  spawn(() =>
    transition(
      { count: 0 },
      subscriber("tick", {
        onMessage(_tick, state) {
          expectTypeOf(state).toEqualTypeOf<{ count: number }>();
          return transition({ count: state.count + 1 }, sendMessage("tock"));
        },
      }),
      yieldThen((state) => transition({ count: state.count })),
      atMetaLevel(subscriber("up", { onMessage: (_up, state) => transition(state) })),
    ),
  );
  const counting = { count: 0 };
  // @ts-expect-error a string is no such state
  transition(counting, subscriber("wrong", { onMessage: () => transition("one") }));
  const expectsText = subscriber("wrong", { onMessage: (_wrong, state: string) => transition(state) });
  // @ts-expect-error nor is a handler to expect one
  transition(counting, expectsText);
});

test("clauses are typed each by its own pattern", () => {
  subscriber(ANY, {
    onMessage: [
      on(tcpChannel(ANY, ANY, ANY), (message) => void expectTypeOf(message).toEqualTypeOf<TcpChannel>()),
      on("stop", (message) => {
        expectTypeOf(message).toEqualTypeOf<"stop">();
        return quit();
      }),
    ],
  });
});

test("wrong topics, handlers and options do not compile", () => {
  const never = (): void => {
    // @ts-expect-error a port is a number
    tcpAddress("127.0.0.1", "80");
    // @ts-expect-error fields have their order
    tcpAddress(80, "127.0.0.1");
    // @ts-expect-error a channel has a destination and a subpacket
    tcpChannel(tcpHandle("h"));
    // @ts-expect-error no such handler
    subscriber("x", { onMesage: () => {} });
    // @ts-expect-error a participant is no observer
    observePublishers("x", {}, { interest: "participant" });
    // @ts-expect-error a handler returns a transition, actions or nothing
    publisher("x", { onPresence: () => 3 });
    // @ts-expect-error yield is a process's own affair
    atMetaLevel(yieldThen(() => undefined));
    // @ts-expect-error a topic is a term
    publisher(undefined);
    // @ts-expect-error a message is a term
    sendMessage(undefined);
  };
  expect(never).toBeTypeOf("function");
});

test("sequenceActions hands the state of each step to the next", () => {
  const result = sequenceActions(
    transition(1, sendMessage("one")),
    (state) => transition(state + 1, sendMessage("two")),
    sendMessage("three"),
    (state) => {
      expectTypeOf(state).toEqualTypeOf<number>();
      return transition(state * 10);
    },
  );
  expectTypeOf(result.state).toEqualTypeOf<number>();
  expect(result.state).toBe(20);
  expect((result.actions as unknown[]).flat(5)).toEqual(["one", "two", "three"].map((body) => sendMessage(body)));
});
