/**
 * The protocol between the frame and the page that holds it, version 1. Each message is an object `{sotto: 1, type, …}`.
 * `connect` and `ready` go through the windows, each to one exact origin; `ready` brings a MessagePort, and all the rest goes
 * through that. There is no message that asks for what is typed, and none that sets a preset.
 */
import { z } from "zod";
import { CODE, hasExactly, HEIGHTS, LOCALE, MOST_OFFERED, MOST_SHARED, THEMES, VERSION } from "./limits.ts";

const sotto = z.literal(VERSION);

const connect = z.strictObject({ sotto, type: z.literal("connect") });
const offer = z.strictObject({ sotto, type: z.literal("offer"), prompt: z.string().min(1).max(MOST_OFFERED) });
const theme = z.strictObject({ sotto, type: z.literal("theme"), theme: z.enum(THEMES) });
const locale = z.strictObject({ sotto, type: z.literal("locale"), locale: z.string().regex(LOCALE) });

const ready = z.strictObject({ sotto, type: z.literal("ready") });
/** CSS pixels the frame would like to be high. */
const resize = z.strictObject({
  sotto,
  type: z.literal("resize"),
  height: z.int().min(HEIGHTS.low).max(HEIGHTS.high),
});
/** A message has left: its tokens, and the bits it told the server at most. */
const sent = z.strictObject({
  sotto,
  type: z.literal("sent"),
  tokens: z.int().min(0),
  bits: z.number().min(0),
});
/** A reply, once the person has agreed to share this one. */
const reply = z.strictObject({ sotto, type: z.literal("reply"), text: z.string().min(1).max(MOST_SHARED) });
const error = z.strictObject({ sotto, type: z.literal("error"), code: z.string().regex(CODE) });

const fromHost = z.discriminatedUnion("type", [offer, theme, locale]);
const fromFrame = z.discriminatedUnion("type", [resize, sent, reply, error]);

/** From the page, through the port. */
export type FromHost = z.infer<typeof fromHost>;
/** From the frame, through the port. */
export type FromFrame = z.infer<typeof fromFrame>;

/** Opens the conversation: from the page to the frame's window. Null for anything else. */
export function parseConnect(data: unknown): z.infer<typeof connect> | null {
  return parsed(connect, data);
}

/** The frame's answer to it, from its window to the page's. Null for anything else. */
export function parseReady(data: unknown): z.infer<typeof ready> | null {
  return parsed(ready, data);
}

/** What the page says through the port; null for anything foreign. */
export function parseFromHost(data: unknown): FromHost | null {
  return parsed(fromHost, data);
}

/** What the frame says through the port; null for anything foreign. */
export function parseFromFrame(data: unknown): FromFrame | null {
  return parsed(fromFrame, data);
}

function parsed<T extends object>(schema: z.ZodType<T>, data: unknown): T | null {
  const result = schema.safeParse(data);
  // Zod reads inherited keys and passes over symbols; a message has neither.
  return result.success && hasExactly(data, Object.keys(result.data)) ? result.data : null;
}
