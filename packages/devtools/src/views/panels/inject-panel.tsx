import { useEffect, useState, type FormEvent, type ReactNode } from "react";
import { termToJson, type Orientation } from "@marketplace/runtime";
import type { Results, TermJson } from "@marketplace/runtime/inspect";
import { readTerm } from "../../filter/parse.ts";
import { termText } from "../../model/term-text.ts";
import { useDebugger, useDebuggerState, useScene } from "../../store/hooks.ts";
import { EndpointLink } from "../event-link.tsx";
import { whyNoControl } from "../topbar/control.ts";

/** How long one has to stop writing before the program is asked, in milliseconds. */
const PAUSE = 150;

/** Writes a message, shows who would get it, and sends it. */
export function InjectPanel(): ReactNode {
  const debug = useDebugger();
  const { model } = useScene();
  const denied = useDebuggerState(whyNoControl);
  const [vm, setVm] = useState("");
  const [orientation, setOrientation] = useState<Orientation>("publisher");
  const [text, setText] = useState("");
  const written = read(text);
  const body = "body" in written ? written.body : undefined;
  const preview = usePreview(vm, orientation, body);
  const vms = [...model.tree.processes()].filter((node) => node.isVm && node.end === null);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (body === undefined) return;
    const sent = await debug.command({ command: "inject", vm, body, orientation });
    if (sent !== undefined) debug.notify(`Sent; it begins with #${sent.event}.`);
  };
  return (
    <div className="scroller form">
      <p className="quiet-text">A message from outside of the VM, as if a process in it had sent it. {denied}</p>
      <form onSubmit={(event) => void send(event)}>
        <label htmlFor="inject-vm">In</label>
        <select id="inject-vm" value={vm} onChange={(event) => setVm(event.target.value)}>
          <option value="">the ground VM</option>
          {vms.map(({ path, name }) => (
            <option key={path} value={path}>
              VM {path} {name}
            </option>
          ))}
        </select>
        <label htmlFor="inject-side">From the side of a</label>
        <select
          id="inject-side"
          value={orientation}
          onChange={(event) => setOrientation(event.target.value as Orientation)}
        >
          <option value="publisher">publisher</option>
          <option value="subscriber">subscriber (feedback)</option>
        </select>
        <label htmlFor="inject-body">Message</label>
        <textarea
          id="inject-body"
          className="mono"
          rows={4}
          spellCheck={false}
          placeholder={'says("user1", "hello")'}
          value={text}
          aria-invalid={"fault" in written}
          aria-describedby="inject-preview"
          onChange={(event) => setText(event.target.value)}
        />
        <div id="inject-preview" className="preview" role="status">
          {"fault" in written && <p className="fault-text">{written.fault}</p>}
          {body !== undefined && preview !== null && <Preview preview={preview} />}
        </div>
        <button
          type="submit"
          className="primary"
          disabled={denied !== null || body === undefined}
          title={denied ?? undefined}
        >
          Send
        </button>
      </form>
    </div>
  );
}

function read(text: string): { readonly body: TermJson } | { readonly fault: string } | { readonly empty: true } {
  if (text.trim() === "") return { empty: true };
  try {
    return { body: termToJson(readTerm(text)) };
  } catch (error) {
    return { fault: (error as Error).message };
  }
}

type Previewed = Results["preview"] | { readonly failed: string };

/** Asks the program who would get a message now. */
function usePreview(vm: string, orientation: Orientation, body: TermJson | undefined): Previewed | null {
  const debug = useDebugger();
  const [preview, setPreview] = useState<Previewed | null>(null);
  const endpoints = useDebuggerState((state) => (state.version, state.model.tree.changes));
  const key = body === undefined ? "" : JSON.stringify(body);
  useEffect(() => {
    if (key === "") return undefined;
    let wanted = true;
    const timer = setTimeout(() => {
      debug.request({ command: "preview", vm, body: JSON.parse(key) as TermJson, orientation }).then(
        (result) => wanted && setPreview(result),
        (error: unknown) => wanted && setPreview({ failed: (error as Error).message }),
      );
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [debug, vm, orientation, key, endpoints]);
  return preview;
}

function Preview({ preview }: { readonly preview: Previewed }): ReactNode {
  const { model } = useScene();
  if ("failed" in preview) return <p className="fault-text">{preview.failed}</p>;
  const { to, unmatched } = preview;
  if (to.length === 0) return <p>Nobody would get it now.</p>;
  return (
    <>
      <p>
        {to.length === 1 ? "One endpoint" : `${to.length} endpoints`} would get it
        {unmatched ? ", none of which handles messages" : ""}:
      </p>
      <ul>
        {to.slice(0, 50).map((endpoint) => {
          const node = model.tree.endpoint(endpoint);
          return (
            <li key={endpoint} className="clip">
              <EndpointLink endpoint={endpoint} />{" "}
              <span className="quiet-text">
                {node === undefined ? "" : (model.tree.process(node.process)?.name ?? "")}{" "}
                <code>{node === undefined ? "" : termText(node.role.topic, 120)}</code>
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
