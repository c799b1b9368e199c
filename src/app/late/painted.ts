/** Resolves when the page has been painted once, or soon where nobody looks at it: tabs in the background have no frames. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    // A frame's callbacks run before its paint; what they put off runs after it.
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, HIDDEN);
  });
}

/** Milliseconds. */
const HIDDEN = 500;
