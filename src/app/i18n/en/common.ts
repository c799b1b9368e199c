/** English: words that many parts share, numbers in words, and the page's frame. */
export const common = {
  close: "Close",
  cancel: "Cancel",
  delete: "Delete",
  undo: "Undo",
  tryAgain: "Try again",
  reload: "Reload the page",

  // Between two sentences, and between the members of a list.
  betweenSentences: " ",
  betweenMembers: ", ",

  // Presets that most bundles have: as a label, and within a sentence.
  strict: "Strict",
  balanced: "Balanced",
  light: "Light",
  public: "Public",
  strictWithin: "strict",
  balancedWithin: "balanced",
  lightWithin: "light",

  bytes: "{{n}} B",
  kilobytes: "{{n}} kB",
  megabytes: "{{n}} MB",
  gigabytes: "{{n}} GB",
  tokens_one: "{{n}} token",
  tokens_other: "{{n}} tokens",
  words_one: "{{n}} word",
  words_other: "{{n}} words",
  lessThan: "less than {{percent}}",
  // A share: "about 1 word in 4", "1 in 4".
  wordsNone: "almost no word",
  wordsAll: "nearly every word",
  wordsIn_one: "about {{n}} word in {{of}}",
  wordsIn_other: "about {{n}} words in {{of}}",
  partNone: "none",
  partIn: "{{part}} in {{of}}",

  pageTitle: "Sotto: write under your breath",
  pageDescription: "A language model on a server goes on with your text without being sent its words.",
  heroTitle: "Write under your breath.",
  hero: "A server goes on with your story without being sent its words. This page turns them into noise, here, and counts what the noise still gives away.",
  privacy: "Privacy",
  darkTheme: "Dark theme",
  offline: "You are offline. You can go on writing; sending needs the server.",
  promised:
    "<strong>Promised:</strong> this page sends no text; what leaves is noised with exact, accounted randomness, and its bound is counted as you write. Nothing you write is stored.",
  promisedKept:
    "<strong>Promised:</strong> this page sends no text; what leaves is noised with exact, accounted randomness, and its bound is counted as you write. What you send is kept on this device alone, until you delete it.",
  notPromised:
    "<strong>Not promised:</strong> that nothing can be guessed from it. A server that tries reads some words: the presets say how many as a rule, for the best attack we know, and the preview shows which. A better attack may come. Do not send what must not be guessed even in part. And whoever serves this page could change it: open it from a server you trust, or use the command line.",
  parameters: "{{millions}} M parameters",
  model: "{{name}}, {{parameters}}",
  weights: "weights: {{licence}}",
  partMissing: "A part of this page could not be loaded.",
} as const;
