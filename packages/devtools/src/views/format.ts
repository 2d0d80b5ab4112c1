/** Seconds since the recording began, to the millisecond: `12.345 s`, or `3:07.250` from a minute up. */
export function secondsText(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = (milliseconds % 60_000) / 1000;
  if (minutes === 0) return `${seconds.toFixed(3)} s`;
  return `${minutes}:${seconds.toFixed(3).padStart(6, "0")}`;
}

/** A count in few characters: `950`, `1.2k`, `48k`. */
export function countText(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 10_000) return `${(count / 1000).toFixed(1)}k`;
  if (count < 1_000_000) return `${Math.round(count / 1000)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}

/** Bytes in few characters: `12 KiB`, `3.4 MiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${Math.round(bytes / 1024)} KiB`;
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

/** A VM in words. */
export function vmText(path: string): string {
  return path === "" ? "the ground VM" : `VM ${path}`;
}
