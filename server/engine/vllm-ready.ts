/** How long (ms) an answer is good for: whoever asks more often than that is not passed on. */
const KEEP_MS = 1500;

/** The question, asked at most once at a time and once in a while; /readyz is open to anyone. */
export function askedSeldom(ask: () => Promise<boolean>): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined;
  let until = Infinity;
  return () => {
    if (answer === undefined || performance.now() >= until) {
      until = Infinity;
      answer = ask().finally(() => (until = performance.now() + KEEP_MS));
    }
    return answer;
  };
}
