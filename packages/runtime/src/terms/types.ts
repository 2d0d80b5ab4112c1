import type { Atom, Rec, RECORD, RecordTypeKey, Tail, Term, TermFunction, TermObject, Wildcard } from "./kinds.ts";

/** A record of type `T` with wildcards possible in its fields. Every `T` is one. */
export type PatternRec<T extends Rec> = {
  readonly [Key in keyof T]: Key extends RecordKey ? T[Key] : PatternOf<T[Key]>;
};

/** The names of a record's fields. */
export type FieldName<T extends Rec> = Exclude<keyof T, RecordKey> & string;

type RecordKey = typeof RECORD | RecordTypeKey;

/** A record, with wildcards or without; `infer` tells its type. */
type RecordOf<T extends Rec> = { readonly [Key in RecordTypeKey]?: T };

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
    : P extends Rec & RecordOf<infer T>
      ? T
      : P extends readonly unknown[] | TermObject
        ? { readonly [Key in keyof P]: MessageOf<P[Key]> }
        : P;

/** What the meeting of a pattern of type `P` with another looks like: like `P`, with wildcards possible wherever a message has something. */
export type TopicOf<P> = IsAnyTerm<P> extends true ? Term : TopicPart<P>;

type TopicPart<P> = P extends Wildcard | Tail
  ? Term
  : P extends Atom | TermFunction | Uint8Array
    ? P
    : P extends Rec & RecordOf<infer T>
      ? PatternRec<T>
      : P extends readonly unknown[] | TermObject
        ? { readonly [Key in keyof P]: TopicOf<P[Key]> }
        : P;
