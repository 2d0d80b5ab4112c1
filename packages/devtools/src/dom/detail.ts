import type { DomDetail } from "./terms.ts";

/** What is told of an event. @param element the one that the selector found */
export function detailOf(event: Event, element: Element): DomDetail {
  const { value, checked, type, dataset } = element as Partial<HTMLInputElement>;
  return {
    id: element.id,
    data: { ...(dataset as { readonly [name: string]: string }) },
    ...(typeof value === "string" && { value }),
    ...(typeof checked === "boolean" && (type === "checkbox" || type === "radio") && { checked }),
    ...(event instanceof KeyboardEvent && { key: event.key }),
    ...(event.type === "submit" && event.target instanceof HTMLFormElement && { form: fieldsOf(event.target, event) }),
  };
}

/** Files are left out: their content is not here yet. */
function fieldsOf(form: HTMLFormElement, event: Event): { readonly [name: string]: string | readonly string[] } {
  const submitter = event instanceof SubmitEvent ? event.submitter : null;
  const values = new Map<string, string[]>();
  for (const [name, value] of new FormData(form, submitter)) {
    if (typeof value !== "string") continue;
    const alike = values.get(name);
    if (alike === undefined) values.set(name, [value]);
    else alike.push(value);
  }
  return Object.fromEntries(
    [...values].map(([name, [first = "", ...more]]) => [name, more.length === 0 ? first : [first, ...more]]),
  );
}
