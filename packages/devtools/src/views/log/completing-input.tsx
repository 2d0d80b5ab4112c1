import { useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { completionsAt, type Completion } from "../../filter/complete.ts";
import { useDebugger } from "../../store/hooks.ts";

interface Props {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly invalid: boolean;
}

/** The filter's input, which offers what one could go on with. */
export function CompletingInput({ value, onChange, invalid }: Props): ReactNode {
  const debug = useDebugger();
  const input = useRef<HTMLInputElement>(null);
  const [offers, setOffers] = useState<readonly Completion[]>([]);
  const [active, setActive] = useState(-1);
  const look = (text: string): void => {
    const caret = input.current?.selectionStart ?? text.length;
    setOffers(completionsAt(text, caret, debug.state.model));
    setActive(-1);
  };
  const close = (): void => {
    setOffers([]);
    setActive(-1);
  };
  const take = ({ text, from, to }: Completion): void => {
    const rest = value.slice(to);
    const inserted = text.endsWith(":") || rest.startsWith(" ") ? text : `${text} `;
    const next = value.slice(0, from) + inserted + rest;
    onChange(next);
    const caret = from + inserted.length;
    requestAnimationFrame(() => {
      input.current?.setSelectionRange(caret, caret);
      look(next);
    });
  };
  const key = (event: KeyboardEvent): void => {
    const offer = offers[active];
    if (event.key === "Escape" && offers.length > 0) close();
    else if (event.key === "ArrowDown" && offers.length > 0) setActive((active + 1) % offers.length);
    else if (event.key === "ArrowUp" && offers.length > 0) setActive((active + offers.length - 1) % offers.length);
    else if (event.key === "Enter" && offer !== undefined) take(offer);
    else if (event.key === "Enter") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const isOpen = offers.length > 0;
  return (
    <div className="filter-field">
      <input
        ref={input}
        id="filter"
        className="mono"
        type="text"
        role="combobox"
        aria-label="Filter events"
        aria-expanded={isOpen}
        aria-controls="filter-offers"
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `filter-offer-${active}` : undefined}
        aria-invalid={invalid}
        aria-describedby={invalid ? "filter-fault" : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder="Filter: type:message topic:(chat _ says _) from:3.7 is:unmatched -type:timer /text/"
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
          look(event.target.value);
        }}
        onFocus={() => look(value)}
        onClick={() => look(value)}
        onBlur={close}
        onKeyDown={key}
      />
      <ul id="filter-offers" className="offers" role="listbox" aria-label="Ways to go on" hidden={!isOpen}>
        {offers.map((offer, i) => (
          <li
            key={offer.text}
            id={`filter-offer-${i}`}
            role="option"
            aria-selected={i === active}
            // Before the input loses the focus.
            onPointerDown={(event) => {
              event.preventDefault();
              take(offer);
            }}
          >
            <span className="mono">{offer.text}</span>
            <span className="about">{offer.about}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
