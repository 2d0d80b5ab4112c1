import { useState, type ReactNode } from "react";

/** A line of code, and a button that copies it. */
export function Code({ text }: { readonly text: string }): ReactNode {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div className="code">
      <code>{text}</code>
      <button type="button" onClick={() => void copy()} onBlur={() => setCopied(false)}>
        {copied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
