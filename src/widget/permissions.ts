/**
 * What the page around the frame may do, and what the person has agreed to. Pure. Two things are the person's to say: whether a
 * prompt that was offered becomes the draft, and whether one reply, the one they look at, is told to the page.
 */

/** A prompt that the page offers. It stays as it is until the person has answered: it cannot change under their hand. */
export interface Offer {
  readonly id: number;
  readonly prompt: string;
}

export interface Permissions {
  readonly offer: Offer | null;
  /** Offers shown so far. */
  readonly offers: number;
  readonly declined: number;
  /** The reply that was shared last, by its key: each reply is asked about on its own. */
  readonly shared: string | null;
}

export type Answer =
  | { readonly type: "offered"; readonly prompt: string }
  | { readonly type: "accepted"; readonly offer: number }
  | { readonly type: "declined"; readonly offer: number }
  | { readonly type: "shared"; readonly reply: string };

/** After so many refusals nothing is shown any more: asking again and again is no way to consent. */
export const MOST_DECLINED = 3;

export const noPermissions: Permissions = { offer: null, offers: 0, declined: 0, shared: null };

export function permit(before: Permissions, answer: Answer): Permissions {
  switch (answer.type) {
    case "offered":
      if (before.offer !== null || before.declined >= MOST_DECLINED) return before;
      return { ...before, offers: before.offers + 1, offer: { id: before.offers + 1, prompt: answer.prompt } };
    case "accepted":
      return before.offer?.id === answer.offer ? { ...before, offer: null } : before;
    case "declined":
      if (before.offer?.id !== answer.offer) return before;
      return { ...before, offer: null, declined: before.declined + 1 };
    case "shared":
      return { ...before, shared: answer.reply };
  }
}

/** A preset, as far as its strength goes: a smaller mu tells the server less. */
interface Strength {
  readonly name: string;
  readonly mu: number;
}

/**
 * The preset to begin with. The page may ask for one that is stricter than the usual one; anything else it asks for changes
 * nothing.
 */
export function startPreset(presets: readonly Strength[], usual: string, asked: string | null): string {
  const muOf = (name: string | null) => presets.find((preset) => preset.name === name)?.mu;
  const [now, wanted] = [muOf(usual), muOf(asked)];
  return asked !== null && now !== undefined && wanted !== undefined && wanted < now ? asked : usual;
}
