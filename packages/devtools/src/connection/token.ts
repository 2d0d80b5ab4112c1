const KEY = "marketplace.devtools.token";

/**
 * The token that came in the address's fragment, or that came earlier and was kept for this tab. The fragment is replaced at once: it would
 * stay in the history, and in the address that one copies.
 *
 * @returns null where there is none
 */
export function takeToken(location: Location, history: History, storage: Storage): string | null {
  const found = /^#token=([A-Za-z0-9_-]{1,256})(?:&(.*))?$/.exec(location.hash);
  if (found === null) return storage.getItem(KEY);
  const [, token = "", rest] = found;
  storage.setItem(KEY, token);
  history.replaceState(null, "", `${location.pathname}${location.search}${rest === undefined ? "" : `#${rest}`}`);
  return token;
}
