import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { createClient, type Client } from "sotto/sdk";
import { Chat } from "./Chat.tsx";

/** One client for the page's whole life. */
const loading = createClient({ bundle: "demo-stories", preset: "light" });

function App() {
  const [client, setClient] = useState<Client | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => {
    loading.then(setClient, (error: unknown) => setFailed(String(error)));
  }, []);
  return (
    <main>
      <h1>A private chat</h1>
      <p role="status">{failed ?? (client === null ? "Loading…" : `Ready, on ${client.engine.backend}.`)}</p>
      <Chat client={client} />
    </main>
  );
}

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
