/** A chat with a meter and a preview, all of it from the three hooks. */
import { useState, type FormEvent } from "react";
import { useMeter, usePreview, usePrivateChat } from "sotto/react";
import type { Client } from "sotto/sdk";

export function Chat({ client }: { readonly client: Client | null }) {
  const [draft, setDraft] = useState("Once upon a time there was a little fox who");
  const [looking, setLooking] = useState(false);
  const { messages, status, error, send, stop, regenerate } = usePrivateChat({ client, sampling: { max_tokens: 40 } });
  const meter = useMeter(client, draft);
  const preview = usePreview(client, draft, { draws: 4, enabled: looking });
  const busy = status !== "ready";

  function submit(event: FormEvent) {
    event.preventDefault();
    void send(draft);
    setDraft("");
  }

  return (
    <>
      <div aria-live="polite">
        {messages.map(({ id, role, content }) => (
          <p key={id} className={`message ${role}`}>
            {content}
          </p>
        ))}
      </div>
      {error !== null && <p role="alert">{error instanceof Error ? error.message : "Something failed."}</p>}
      <form onSubmit={submit}>
        <label htmlFor="draft">Your text. It stays on this device.</label>
        <textarea id="draft" rows={3} value={draft} onChange={(event) => setDraft(event.target.value)} />
        <p className="meter">
          {meter.fresh} tokens, at most {meter.bits.toFixed(1)} bits, ε {meter.epsilon.toFixed(1)} at δ {meter.delta}
        </p>
        <div className="row">
          <button type="submit" disabled={client === null || busy || draft === ""}>
            Send
          </button>
          <button type="button" disabled={!busy} onClick={stop}>
            Stop
          </button>
          <button type="button" disabled={busy || messages.length === 0} onClick={() => void regenerate()}>
            Another reply, at no cost
          </button>
        </div>
        <label>
          <input type="checkbox" checked={looking} onChange={(event) => setLooking(event.target.checked)} /> Show what
          the server could read
        </label>
      </form>
      {looking && (
        <ul aria-busy={preview.status === "reading"}>
          {preview.readings.map(({ attacker, tokens }) => (
            <li key={attacker}>
              {attacker}: {tokens.map(({ text, leak }) => leak?.guess.text ?? text).join("")}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
