import { useState, type KeyboardEvent, type ReactNode } from "react";
import type { Debugger } from "../store/debugger.ts";
import { useDebugger, useDebuggerState } from "../store/hooks.ts";
import type { DebuggerState } from "../store/state.ts";
import type { Targets } from "../targets/targets.ts";
import { useTargets } from "../targets/hooks.ts";
import { COMMANDS } from "./commands.ts";

/** Something that the palette offers. */
interface Offer {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly denied: string | null;
  readonly run: (debug: Debugger) => void;
}

const MOST = 40;

/** Finds commands, processes and events by a few letters. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const debug = useDebugger();
  const state = useDebuggerState((whole) => whole);
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const offers = offersFor(text, state, useTargets());
  const run = (offer: Offer | undefined): void => {
    if (offer === undefined || offer.denied !== null) return;
    onClose();
    offer.run(debug);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setActive(Math.min(offers.length - 1, active + 1));
    else if (event.key === "ArrowUp") setActive(Math.max(0, active - 1));
    else if (event.key === "Enter") run(offers[active]);
    else return;
    event.preventDefault();
  };
  return (
    <div className="palette">
      <input
        type="text"
        role="combobox"
        aria-label="Find a command, a process or an event"
        aria-expanded="true"
        aria-controls="palette-offers"
        aria-activedescendant={offers.length > 0 ? `palette-${active}` : undefined}
        placeholder="A command, a process, or an event such as #8812"
        autoComplete="off"
        // A dialog gives its first field the focus.
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={key}
      />
      <ul id="palette-offers" role="listbox" aria-label="What was found">
        {offers.map((offer, i) => (
          <li
            key={offer.id}
            id={`palette-${i}`}
            role="option"
            aria-selected={i === active}
            aria-disabled={offer.denied !== null}
            onClick={() => run(offer)}
            onPointerMove={() => setActive(i)}
          >
            <span>{offer.name}</span>
            <span className="about">{offer.denied ?? offer.about}</span>
          </li>
        ))}
        {offers.length === 0 && (
          <li role="option" aria-selected="false" aria-disabled="true">
            Nothing is called that.
          </li>
        )}
      </ul>
    </div>
  );
}

function offersFor(text: string, state: DebuggerState, targets: Targets): Offer[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const fits = (name: string): boolean => words.every((word) => name.toLowerCase().includes(word));
  const offers: Offer[] = [];
  const id = /^#?(\d{1,15})$/.exec(text.trim())?.[1];
  if (id !== undefined && state.model.log.find(Number(id)) !== undefined) {
    offers.push({
      id: `event ${id}`,
      name: `Event #${id}`,
      about: "select it",
      denied: null,
      run: (debug) => debug.selectEvent(Number(id)),
    });
  }
  for (const { name, keys = "", denied, run } of COMMANDS) {
    if (fits(name)) offers.push({ id: name, name, about: keys, denied: denied?.(state) ?? null, run });
  }
  for (const { id: target, name } of targets.all.length > 1 ? targets.all : []) {
    const command = `Target: ${name}`;
    if (!fits(command)) continue;
    const about = targets.current.id === target ? "is shown" : "";
    offers.push({ id: command, name: command, about, denied: null, run: () => targets.select(target) });
  }
  if (words.length === 0) return offers;
  for (const { path, name = "process", end } of state.model.tree.processes()) {
    if (offers.length >= MOST) break;
    if (!fits(`${path} ${name}`)) continue;
    const about = end === null ? "select this process" : `ended: ${end.how}`;
    offers.push({
      id: `process ${path}`,
      name: `${path} ${name}`,
      about,
      denied: null,
      run: (debug) => debug.select({ kind: "process", path }),
    });
  }
  return offers;
}
