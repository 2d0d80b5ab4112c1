import type { Result } from "./result.ts";

export function heading(): string {
  return row("benchmark", "ours", "peer", "peer's", "ours / peer");
}

/** One line for each peer. */
export function line(name: string, { unit, better, ours, peers, ratio }: Result): string {
  const best = better === "lower" ? " (lower is better)" : "";
  return Object.keys(peers)
    .map((peer, i) =>
      row(
        i === 0 ? name : "",
        i === 0 ? `${readable(ours)} ${unit}${best}` : "",
        peer,
        readable(peers[peer] as number),
        String(ratio[peer]),
      ),
    )
    .join("\n");
}

function readable(figure: number): string {
  return figure >= 1e6 ? `${figure / 1e6} M` : figure.toLocaleString("en");
}

function row(name: string, ours: string, peer: string, peers: string, ratio: string): string {
  return `${name.padEnd(16)} ${ours.padEnd(36)} ${peer.padEnd(14)} ${peers.padStart(12)} ${ratio.padStart(12)}`.trimEnd();
}
