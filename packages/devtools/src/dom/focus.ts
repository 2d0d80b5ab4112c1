/** What can be asked of a field of text; others answer null. */
interface Caret {
  readonly selectionStart: number | null;
  readonly selectionEnd: number | null;
  setSelectionRange(start: number, end: number): void;
}

/**
 * Does something to a page. Where that takes the focus from an element that is still there, moved or made anew with the same id, it is given
 * back, with the caret.
 */
export function keepingFocus(document: Document, change: () => void): void {
  const { activeElement: focused, body } = document;
  if (focused === null || focused === body) return change();
  const { selectionStart = null, selectionEnd = null } = focused as Partial<Caret>;
  change();
  if (document.activeElement === focused) return;
  const heir = focused.isConnected ? focused : focused.id === "" ? null : document.getElementById(focused.id);
  if (heir === null) return;
  (heir as HTMLElement).focus({ preventScroll: true });
  if (selectionStart === null || selectionEnd === null) return;
  (heir as Partial<Caret>).setSelectionRange?.(selectionStart, selectionEnd);
}
