import type { ReactNode } from "react";

/** The chat's processes, drawn as the debugger's subject: sessions in a nested VM, the TCP driver beside it in the ground VM. */
export function NestedVms(): ReactNode {
  return (
    <figure>
      <svg
        viewBox="0 0 640 230"
        role="img"
        aria-label="A ground VM that holds a TCP driver and a nested VM of chat sessions"
      >
        <rect className="vm" x="1" y="1" width="638" height="228" rx="14" />
        <text className="label" x="22" y="32">
          ground VM
        </text>
        <rect className="vm inner" x="246" y="30" width="368" height="176" rx="12" />
        <text className="label" x="266" y="60">
          nested VM
        </text>
        <path className="link" d="M 132 126 H 308" />
        <path className="link" d="M 130 117 C 250 60, 420 60, 512 112" />
        <path className="link peer" d="M 352 126 H 508" />
        <Process x={110} y={126} name="TCP driver" />
        <Process x={330} y={126} name="user63" />
        <Process x={530} y={126} name="user81" />
      </svg>
      <figcaption>Processes live in a VM, and a VM is a process of another VM.</figcaption>
    </figure>
  );
}

function Process({ x, y, name }: { readonly x: number; readonly y: number; readonly name: string }): ReactNode {
  return (
    <g>
      <circle className="process" cx={x} cy={y} r="22" />
      <text className="name" x={x} y={y + 42} textAnchor="middle">
        {name}
      </text>
    </g>
  );
}
