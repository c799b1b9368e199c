import type { Client } from "../../sdk/types.ts";
import { VERSION } from "../version.ts";

/** What is promised, what is not, and whose work this is. */
export function Footer({ client }: { client: Client | null }) {
  return (
    <footer className="footer">
      <p>
        <strong>Promised:</strong> your text never leaves this device; what leaves is noised with exact, accounted
        randomness, and its bound is shown before you send. Nothing you write is stored.
      </p>
      <p>
        <strong>Not promised:</strong> that nothing can be guessed from it. A server that tries names some words, as
        often as was measured. Do not send what must not be guessed even in part.
      </p>
      <p className="footer-facts">
        <span>Sotto {VERSION}</span>
        {client !== null && (
          <>
            <span>
              {client.bundle.title} ({client.bundle.id})
            </span>
            <span>
              {client.bundle.model.name}, {millions(client.bundle.model.parameters)}
            </span>
            <span>weights: {client.bundle.licence.weights}</span>
            <span>
              <code title={client.digest}>sha256 {client.digest.slice(0, 12)}…</code>
            </span>
          </>
        )}
      </p>
    </footer>
  );
}

function millions(parameters: number): string {
  return `${(parameters / 1e6).toFixed(1)} M parameters`;
}
