/** What no noise covers. */
export function NotHidden({ tokens }: { tokens: number | null }) {
  return (
    <section className="panel-section" aria-labelledby="not-hidden-title">
      <h2 className="panel-title" id="not-hidden-title">
        What is not hidden
      </h2>
      <ul className="not-hidden">
        <li>How many tokens you send{tokens !== null && tokens > 0 && <> ({tokens} here)</>}.</li>
        <li>When and how often you send, and from which address.</li>
        <li>The reply: the server writes it, and therefore reads it.</li>
      </ul>
    </section>
  );
}
