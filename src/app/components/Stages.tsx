import type { Turn } from "../state.ts";

/** Where a message is, as three steps that say what each of them means. */
export function Stages({ turn }: { turn: Turn }) {
  const { phase, sends } = turn;
  if (phase.step === "failed" && phase.release === null) return null;
  const again = sends > 1;
  const answered =
    phase.step === "streaming" || phase.step === "ended" || (phase.step === "failed" && phase.reply !== "");
  const reached = phase.step === "releasing" ? 0 : answered ? 2 : 1;
  const names = [
    phase.step === "releasing"
      ? "Drawing levels on this device"
      : again
        ? "The same noised levels"
        : "Levels drawn here",
    sentName(turn, answered),
    answered ? outcome(turn) : "Reply",
  ];
  return (
    <ol className="stages" aria-label="Progress">
      {names.map((name, i) => (
        <li key={i} className={i < reached ? "is-past" : i === reached ? "is-now" : "is-ahead"}>
          {name}
        </li>
      ))}
    </ol>
  );
}

function sentName({ phase, sends }: Turn, answered: boolean): string {
  if (answered) return sends > 1 ? "Sent again, no new cost" : "Sent";
  if (phase.step === "releasing") return "Send";
  return phase.step === "failed" ? "No answer" : "Sent; waiting for the server";
}

function outcome(turn: Turn): string {
  const { phase } = turn;
  if (phase.step === "failed") return "Interrupted";
  if (phase.step !== "ended") return "The server is writing";
  return { stop: "The reply ended", length: "The reply reached its length", stopped: "You stopped the reply" }[
    phase.reason
  ];
}

/** What a screen reader is told: each stage once, never the words as they arrive. */
export function announcement(turn: Turn | null): string {
  if (turn === null) return "";
  const { phase } = turn;
  switch (phase.step) {
    case "releasing":
      return "Drawing noised levels on this device.";
    case "sending":
      return turn.sends > 1
        ? "The same noised levels sent again, no new cost."
        : "Levels sent. Waiting for the server.";
    case "streaming":
      return "The reply is arriving.";
    case "ended":
      return `${outcome(turn)}: ${phase.reply.split(/\s+/).filter(Boolean).length} words.`;
    case "failed":
      // The notice is an alert and speaks for itself.
      return "";
  }
}
