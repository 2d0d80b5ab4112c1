import { describe, expectTypeOf, test } from "vitest";
import {
  tcpAddress,
  tcpChannel,
  tcpCredit,
  tcpHandle,
  tcpListener,
  type TcpAddress,
  type TcpChannel,
  type TcpEnd,
  type TcpListener,
  type TcpSubpacket,
} from "../../src/messages/tcp.ts";
import { checked, record, type PatternRec, type Rec, type RecordType } from "../../src/terms/record.ts";
import { isList, isPlainObject, type Term, type TermObject } from "../../src/terms/term.ts";
import type { MessageOf, PatternOf, TopicOf } from "../../src/terms/types.ts";
import { intersection } from "../../src/terms/unify.ts";
import { ANY, isWild, wild, type Tail, type Wildcard } from "../../src/terms/wildcard.ts";

interface Pt extends Rec<"pt"> {
  readonly x: number;
  readonly y: string;
}

/** What a DSL function sees of its topic. */
function seen<const P extends Term>(_pattern: P): { message: MessageOf<P>; topic: TopicOf<P> } {
  return anything;
}

/** Has every property, to be looked at by the compiler only. */
const anything: never = new Proxy({}, { get: (): unknown => anything }) as never;

class Source {
  #armed = false;
  arm(deliver: (value: number) => void): void {
    this.#armed = !this.#armed;
    deliver(1);
  }
}

describe("the types of records", () => {
  test("record(label, ...names) fits the annotation that names its interface and its fields in order", () => {
    const pt: RecordType<Pt, ["x", "y"]> = record("pt", "x", "y");
    const same: RecordType<Pt, readonly ["x", "y"]> = checked(record("pt", "x", "y"), { x: () => undefined });
    expectTypeOf(pt).toBeCallableWith(1, "a");
    expectTypeOf(pt(1, "a")).toEqualTypeOf<Pt>();
    expectTypeOf(same(1, "a").y).toEqualTypeOf<string>();
    expectTypeOf(pt.label).toEqualTypeOf<"pt">();
  });

  test("swapped, missing, misspelt and superfluous names, and another label, are errors", () => {
    // @ts-expect-error swapped
    const swapped: RecordType<Pt, ["x", "y"]> = record("pt", "y", "x");
    // @ts-expect-error missing in the call
    const missing: RecordType<Pt, ["x", "y"]> = record("pt", "x");
    // @ts-expect-error missing in both
    const short: RecordType<Pt, ["x"]> = record("pt", "x");
    // @ts-expect-error misspelt
    const misspelt: RecordType<Pt, ["x", "y"]> = record("pt", "x", "yy");
    // @ts-expect-error misspelt in both
    const wrong: RecordType<Pt, ["x", "yy"]> = record("pt", "x", "yy");
    // @ts-expect-error one too many
    const more: RecordType<Pt, ["x", "y"]> = record("pt", "x", "y", "z");
    // @ts-expect-error another label
    const label: RecordType<Pt, ["x", "y"]> = record("ptt", "x", "y");
    // @ts-expect-error a check of a field that is none
    const check = (): RecordType<Pt, ["x", "y"]> => checked(record("pt", "x", "y"), { z: () => undefined });
    void [swapped, missing, short, misspelt, wrong, more, label, check];
  });

  test("fields of the wrong type, or of the wrong number, are errors", () => {
    const call = (): unknown => [
      // @ts-expect-error a number for the host
      tcpAddress(1, 80),
      // @ts-expect-error swapped
      tcpAddress(80, "localhost"),
      // @ts-expect-error no port
      tcpAddress("localhost"),
      // @ts-expect-error undefined is no term
      tcpHandle(undefined),
      // @ts-expect-error a record of another label
      tcpChannel(tcpCredit(1), ANY, ANY),
    ];
    void call;
  });

  test("a record without an interface has fields that are any term", () => {
    const point = record("point", "x", "y");
    expectTypeOf(point(1, ["a"]).x).toEqualTypeOf<Term>();
    expectTypeOf(point(ANY, 1)[Symbol.for("x") as never]).toBeNever();
    expectTypeOf(point.label).toEqualTypeOf<"point">();
  });

  test("a record with wildcards is a pattern, whose fields are either", () => {
    const pattern = tcpAddress(ANY, 80);
    expectTypeOf(pattern).toEqualTypeOf<PatternRec<TcpAddress>>();
    expectTypeOf(pattern.host).toEqualTypeOf<string | Wildcard>();
    expectTypeOf(tcpAddress("localhost", 80)).toEqualTypeOf<TcpAddress>();
    expectTypeOf(tcpChannel(tcpAddress(ANY, 80), ANY, ANY)).toEqualTypeOf<PatternRec<TcpChannel>>();
    expectTypeOf<TcpAddress>().toExtend<PatternRec<TcpAddress>>();
    expectTypeOf<PatternRec<TcpAddress>>().not.toExtend<TcpAddress>();
  });
});

describe("the type of terms", () => {
  const take = (_term: Term): void => {};

  test("Term takes what is a term", () => {
    interface Line {
      text: string;
    }
    const line: Line = { text: "a" };
    const terms = (): void => {
      for (const term of [
        "a",
        1,
        1n,
        null,
        true,
        Symbol.for("a"),
        [],
        [1, ["a"]],
        {},
        { a: undefined },
        new Uint8Array(),
      ])
        take(term);
      take([line, new Source(), new Map(), () => 1, ANY, wild("x"), tcpAddress("a", 1), tcpAddress(ANY, 1)]);
      take(["room", ...ANY]);
    };
    void terms;
  });

  test("Term refuses undefined, in lists too", () => {
    const call = (): void => {
      // @ts-expect-error undefined
      take(undefined);
      // @ts-expect-error undefined in a list
      take(["a", undefined]);
      // @ts-expect-error undefined in a list in a list
      take(["a", ["b", undefined]]);
    };
    void call;
  });

  test("isList, isPlainObject and a record type's is narrow a Term", () => {
    const narrow = (term: Term): void => {
      if (isList(term)) expectTypeOf(term).toEqualTypeOf<readonly Term[]>();
      if (isPlainObject(term)) expectTypeOf(term).toEqualTypeOf<TermObject>();
      if (tcpAddress.is(term)) expectTypeOf(term).toEqualTypeOf<PatternRec<TcpAddress>>();
      if (tcpAddress.isGround(term)) expectTypeOf(term).toEqualTypeOf<TcpAddress>();
      if (isWild(term)) expectTypeOf(term).toEqualTypeOf<Wildcard>();
    };
    void narrow;
    expectTypeOf(intersection).returns.toEqualTypeOf<Term | undefined>();
  });
});

describe("MessageOf", () => {
  test("MessageOf of ANY, and of Term, is Term", () => {
    expectTypeOf<MessageOf<Wildcard>>().toEqualTypeOf<Term>();
    expectTypeOf<MessageOf<Term>>().toEqualTypeOf<Term>();
    expectTypeOf(seen(ANY).message).toEqualTypeOf<Term>();
  });

  test("MessageOf of an atom is that atom", () => {
    expectTypeOf(seen("room").message).toEqualTypeOf<"room">();
    expectTypeOf(seen(1n).message).toEqualTypeOf<1n>();
    expectTypeOf(seen(null).message).toEqualTypeOf<null>();
    expectTypeOf<MessageOf<string>>().toEqualTypeOf<string>();
  });

  test("MessageOf of a list has its elements, and any others after a tail", () => {
    expectTypeOf(seen(["room", ANY, 1]).message).toEqualTypeOf<readonly ["room", Term, 1]>();
    expectTypeOf(seen(["room", ...ANY]).message).toEqualTypeOf<readonly ["room", ...Term[]]>();
    expectTypeOf(seen([["a", ANY], tcpHandle(ANY)]).message[0]).toEqualTypeOf<readonly ["a", Term]>();
  });

  test("MessageOf of a record pattern is the record, with its fields' types", () => {
    const { message } = seen(tcpChannel(ANY, tcpListener(5999), ANY));
    expectTypeOf(message).toEqualTypeOf<TcpChannel>();
    expectTypeOf(message.subpacket).toEqualTypeOf<TcpSubpacket>();
    expectTypeOf(seen(tcpAddress("a", 1)).message).toEqualTypeOf<TcpAddress>();
    expectTypeOf(seen([tcpAddress(ANY, 1)]).message).toEqualTypeOf<readonly [TcpAddress]>();
  });

  test("MessageOf of a plain object has its keys", () => {
    expectTypeOf(seen({ who: ANY, tags: ["a", ...ANY] }).message).toEqualTypeOf<{
      readonly who: Term;
      readonly tags: readonly ["a", ...Term[]];
    }>();
  });

  test("MessageOf leaves bytes, functions and instances of classes as they are", () => {
    const source = new Source();
    expectTypeOf(seen([source, ANY]).message).toEqualTypeOf<readonly [Source, Term]>();
    expectTypeOf<MessageOf<Uint8Array>>().toEqualTypeOf<Uint8Array>();
    expectTypeOf<MessageOf<() => number>>().toEqualTypeOf<() => number>();
  });

  test("a subpacket is narrowed by the record types' is", () => {
    const narrow = (subpacket: TcpSubpacket): void => {
      if (tcpCredit.is(subpacket)) expectTypeOf(subpacket.amount).toEqualTypeOf<number>();
      // @ts-expect-error not every subpacket has an amount
      void subpacket.amount;
    };
    void narrow;
  });
});

describe("TopicOf", () => {
  test("TopicOf has wildcards where a message has something", () => {
    expectTypeOf(seen(ANY).topic).toEqualTypeOf<Term>();
    expectTypeOf(seen("room").topic).toEqualTypeOf<"room">();
    expectTypeOf(seen(["room", ANY]).topic).toEqualTypeOf<readonly ["room", Term]>();
    expectTypeOf(seen(tcpChannel(ANY, tcpListener(1), ANY)).topic).toEqualTypeOf<PatternRec<TcpChannel>>();
    expectTypeOf(seen([tcpAddress("a", 1)]).topic).toEqualTypeOf<readonly [PatternRec<TcpAddress>]>();
  });

  test("a topic's fields are narrowed by is, isGround and isWild", () => {
    const narrow = (topic: TopicOf<PatternRec<TcpChannel>>): void => {
      const { source } = topic;
      // @ts-expect-error it may be a wildcard, or another kind of end
      void source.host;
      if (tcpAddress.is(source)) {
        expectTypeOf(source.host).toEqualTypeOf<string | Wildcard>();
        if (!isWild(source.host)) expectTypeOf(source.host).toEqualTypeOf<string>();
      }
      if (tcpAddress.isGround(source)) expectTypeOf(source.host).toEqualTypeOf<string>();
      if (tcpChannel.isGround(topic)) expectTypeOf(topic.source).toEqualTypeOf<TcpEnd>();
    };
    void narrow;
  });
});

describe("PatternOf", () => {
  test("PatternOf of Term is Term, and ends there", () => {
    expectTypeOf<PatternOf<Term>>().toEqualTypeOf<Term>();
    expectTypeOf<PatternOf<readonly Term[]>>().toEqualTypeOf<readonly Term[] | Wildcard>();
  });

  test("PatternOf has a wildcard as an alternative everywhere", () => {
    expectTypeOf<PatternOf<string>>().toEqualTypeOf<string | Wildcard>();
    expectTypeOf<PatternOf<TcpListener>>().toEqualTypeOf<PatternRec<TcpListener> | Wildcard>();
    expectTypeOf<PatternOf<readonly number[]>>().toEqualTypeOf<readonly (number | Wildcard | Tail)[] | Wildcard>();
    expectTypeOf<PatternOf<readonly ["a", number]>>().toEqualTypeOf<
      readonly ["a" | Wildcard, number | Wildcard] | Wildcard
    >();
    expectTypeOf<PatternOf<{ a: string }>>().toEqualTypeOf<{ readonly a: string | Wildcard } | Wildcard>();
  });
});
