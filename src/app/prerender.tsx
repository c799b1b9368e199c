/**
 * The page as it is before its code has come, written into index.html when it is built: a phone shows it a second earlier. It is inert
 * until React takes it over, and for every width: `styles/prerendered.css` hides what is for the other.
 */
import { renderToString } from "react-dom/server";
import { lateSdk } from "./late/sdk.ts";
import { page } from "./page.tsx";

/** In English. Who wants another language sees the page once it speaks theirs. */
export function prerendered(): string {
  const sdk = lateSdk(() => Promise.reject(new Error("Nothing is loaded while the page is built.")));
  return renderToString(page(sdk, "https://sotto.invalid", () => undefined));
}
