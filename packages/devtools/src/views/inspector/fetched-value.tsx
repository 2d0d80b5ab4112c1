import { useState, type ReactNode } from "react";
import type { Taken } from "@marketplace/runtime/inspect";
import { useDebugger } from "../../store/hooks.ts";
import { ValueTree } from "./value-tree.tsx";

/** What an event holds, fetched when it is wanted. */
export function FetchedValue({ event }: { readonly event: number }): ReactNode {
  const debug = useDebugger();
  const [value, setValue] = useState<Taken | string | null>(null);
  const fetch = async (): Promise<void> => {
    try {
      const result = await debug.request({ command: "value", event });
      setValue(result.value);
    } catch (error) {
      setValue((error as Error).message);
    }
  };
  if (value === null) {
    return (
      <p>
        <button type="button" onClick={() => void fetch()}>
          Fetch all of it
        </button>
      </p>
    );
  }
  return typeof value === "string" ? (
    <p className="fault-text">{value}</p>
  ) : (
    <ValueTree value={value} fetch={{ command: "value", event }} />
  );
}
