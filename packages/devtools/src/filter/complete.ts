import { KINDS } from "../model/kinds.ts";
import type { Model } from "../model/model.ts";
import { GROUPS } from "./match.ts";
import { FIELDS, QUALITIES, tokensOf } from "./parse.ts";

/** What one could go on with. */
export interface Completion {
  /** What is inserted. */
  readonly text: string;
  /** What it means. */
  readonly about: string;
  /** The part of the filter that it takes the place of. */
  readonly from: number;
  readonly to: number;
}

const ABOUT_FIELDS: Readonly<Record<(typeof FIELDS)[number], string>> = {
  type: "a kind of event, or a word in a record's name",
  topic: "bodies and topics that have something in common with a pattern",
  from: "the sender: a path, 3.*, a name",
  to: "a receiver: a path, 3.*, a name, * for anybody",
  is: "a quality",
  cause: "an event and all that came of it",
};

const ABOUT_QUALITIES: Readonly<Record<(typeof QUALITIES)[number], string>> = {
  unmatched: "messages that nobody handles",
  delivered: "messages that somebody handles",
  feedback: "messages to publishers",
  fault: "crashes and failed actions",
  changed: "activations that changed a state",
};

const MOST = 12;

/** What a filter could go on with at the caret. */
export function completionsAt(filter: string, caret: number, model: Model): Completion[] {
  const token = tokensOf(filter).find(({ from, to }) => from < caret && caret <= to);
  if (token === undefined)
    return FIELDS.map((field) => ({ text: `${field}:`, about: ABOUT_FIELDS[field], from: caret, to: caret }));
  const { field, to } = token;
  const from = to - token.value.length;
  const written = token.value.toLowerCase();
  const offer = (text: string, about: string): Completion => ({ text, about, from, to });
  const options =
    field === null
      ? FIELDS.map((name) => offer(`${name}:`, ABOUT_FIELDS[name]))
      : valuesOf(field, model).map(([text, about]) => offer(text, about));
  return options.filter(({ text }) => text.toLowerCase().startsWith(written) && text !== token.value).slice(0, MOST);
}

function valuesOf(field: string, model: Model): readonly (readonly [string, string])[] {
  switch (field) {
    case "type":
      return [
        ...KINDS.map((kind) => [kind, "events of this kind"] as const),
        ...Object.entries(GROUPS).map(([name, kinds]) => [name, kinds.join(", ")] as const),
        ["timer", "messages such as set-timer(...)"],
        ["tcp", "messages such as tcp-channel(...)"],
      ];
    case "is":
      return QUALITIES.map((quality) => [quality, ABOUT_QUALITIES[quality]] as const);
    case "from":
    case "to":
      return whoms(model);
    default:
      return [];
  }
}

function whoms(model: Model): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [["*", "anybody"]];
  const names = new Set<string>();
  for (const { path, name, isVm, end } of model.tree.processes()) {
    if (found.length > 200) break;
    if (isVm) found.push([`${path}.*`, `all in ${name ?? "this VM"}`]);
    if (end === null) found.push([path, name ?? "a process"]);
    if (name !== undefined && /^\S+$/.test(name)) names.add(name);
  }
  for (const name of names) found.push([name, "processes of this name"]);
  return found;
}
