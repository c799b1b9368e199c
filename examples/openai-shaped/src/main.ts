/** OpenAI's shapes in a page without a framework. The text becomes noised levels in a worker; only those are sent. */
import { createClient, SottoError, type Client } from "sotto/sdk";

const form = find("form", HTMLFormElement);
const text = find("#text", HTMLTextAreaElement);
const send = find("button[type=submit]", HTMLButtonElement);
const stopButton = find("#stop", HTMLButtonElement);
const status = find("#status", HTMLElement);
const output = find("output", HTMLOutputElement);

const client = await load();

async function load(): Promise<Client> {
  try {
    const loaded = await createClient({
      bundle: "demo-stories",
      preset: "light",
      budgets: [{ scope: "day", unit: "bits", limit: 2000, delta: 1e-5 }],
      onProgress: ({ part, loaded: bytes, total }) =>
        say(`Loading the ${part}: ${Math.round((100 * bytes) / total)} %`),
    });
    const { data } = await loaded.models.list();
    say(`Ready, on ${loaded.engine.backend}. The server has ${data.map(({ id }) => id).join(", ")}.`);
    send.disabled = false;
    return loaded;
  } catch (error) {
    say(sentence(error));
    throw error;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void complete();
});

async function complete(): Promise<void> {
  const stop = new AbortController();
  stopButton.onclick = () => stop.abort();
  send.disabled = true;
  stopButton.disabled = false;
  output.textContent = "";
  try {
    const stream = await client.chat.completions.create(
      {
        model: "demo-stories",
        messages: [{ role: "user", content: text.value }],
        max_tokens: 40,
        stream: true,
        stream_options: { include_usage: true },
      },
      { signal: stop.signal },
    );
    for await (const { choices, usage } of stream) {
      output.textContent += choices[0]?.delta.content ?? "";
      if (usage) say(`${usage.prompt_tokens} tokens were sent as levels, ${usage.completion_tokens} came back.`);
    }
  } catch (error) {
    say(sentence(error));
  } finally {
    send.disabled = false;
    stopButton.disabled = true;
  }
}

function say(what: string): void {
  status.textContent = what;
}

function sentence(error: unknown): string {
  return error instanceof SottoError ? `${error.message} (${error.code})` : String(error);
}

function find<T extends HTMLElement>(selector: string, kind: new () => T): T {
  const found = document.querySelector(selector);
  if (found instanceof kind) return found;
  throw new Error(`The page has no ${selector}.`);
}
