import type { Atom, Rec, RECORD, Tail, Term, TermFunction, TermObject, Wildcard } from "./kinds.ts";

declare const RECORD_TYPE: unique symbol;

/** A record of type `T` with wildcards possible in its fields. Every `T` is one. */
export type PatternRec<T extends Rec> = { readonly [RECORD]: T[typeof RECORD] } & {
  readonly [Name in FieldName<T>]: PatternOf<T[Name]>;
} & {
  /** Never present: carries `T` for the compiler. */
  readonly [RECORD_TYPE]?: T;
};

/** The names of a record's fields. */
export type FieldName<T extends Rec> = Exclude<keyof T, typeof RECORD> & string;

/** Whether `T` says nothing: `Term` itself, or wider. Recursion ends here. */
type IsAnyTerm<T> = Term extends T ? true : false;

/** What may stand where a pattern for terms of type `T` is due: a `T`, or one with wildcards in it, or a wildcard. */
export type PatternOf<T> = IsAnyTerm<T> extends true ? Term : T extends unknown ? Wildcard | PatternPart<T> : never;

type PatternPart<T> = T extends Atom | TermFunction | Uint8Array
  ? T
  : T extends Rec
    ? PatternRec<T>
    : T extends readonly unknown[]
      ? PatternList<T>
      : T extends TermObject
        ? { readonly [Key in keyof T]: PatternOf<T[Key]> }
        : T;

/** A list of fixed length has a pattern for each element; one of any length may also end in a tail. */
type PatternList<T extends readonly unknown[]> = number extends T["length"]
  ? { readonly [Index in keyof T]: PatternOf<T[Index]> | Tail }
  : { readonly [Index in keyof T]: PatternOf<T[Index]> };

/** What a message looks like that matches a pattern of type `P`: `ANY` gives `Term`, an atom its own type, a record its record type. */
export type MessageOf<P> = IsAnyTerm<P> extends true ? Term : MessagePart<P>;

type MessagePart<P> = P extends Wildcard | Tail
  ? Term
  : P extends Atom | TermFunction | Uint8Array
    ? P
    : P extends { readonly [RECORD_TYPE]?: infer T extends Rec }
      ? T
      : P extends Rec
        ? P
        : P extends readonly unknown[] | TermObject
          ? { readonly [Key in keyof P]: MessageOf<P[Key]> }
          : P;

/** What the meeting of a pattern of type `P` with another looks like: like `P`, with wildcards possible wherever a message has something. */
export type TopicOf<P> = IsAnyTerm<P> extends true ? Term : TopicPart<P>;

type TopicPart<P> = P extends Wildcard | Tail
  ? Term
  : P extends Atom | TermFunction | Uint8Array
    ? P
    : P extends { readonly [RECORD_TYPE]?: infer T extends Rec }
      ? PatternRec<T>
      : P extends Rec
        ? PatternRec<P>
        : P extends readonly unknown[] | TermObject
          ? { readonly [Key in keyof P]: TopicOf<P[Key]> }
          : P;
