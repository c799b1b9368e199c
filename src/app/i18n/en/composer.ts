/** English: where a person writes, chooses how quietly to speak, and sends. */
export const composer = {
  yourText: "Your text",
  placeholder: "Once upon a time, …",
  clear: "Clear",
  send: "Send",
  tokensOf_one: "{{tokens}} of {{n}} token",
  tokensOf_other: "{{tokens}} of {{n}} tokens",

  enginePreparing: "Preparing this device…",
  engineFailed: "Not ready",
  engineReady: "Ready on {{engine}}",
  threads_one: "WASM, {{n}} thread",
  threads_other: "WASM, {{n}} threads",
  oneThread: "WASM, one thread",

  blockedLoading: "You can write already; sending opens when this device is ready.",
  blockedFailed: "This device is not ready.",
  blockedBusy: "A reply is on its way. Stop it to send something else.",
  blockedOffline: "You are offline.",
  blockedEmpty: "Write something first.",
  tooLong_one: "Too long by {{n}} token: the model has room for {{room}}.",
  tooLong_other: "Too long by {{n}} tokens: the model has room for {{room}}.",
  sameAgain: "Send sends the same levels again, at no cost.",
  longer_one: "Longer than the {{n}} token this model was prepared for: expect less of the reply.",
  longer_other: "Longer than the {{n}} tokens this model was prepared for: expect less of the reply.",
  ofTokens_one: "{{n}} token",
  ofTokens_other: "{{n}} tokens",
  ofPrivateTokens_one: "{{n}} private token",
  ofPrivateTokens_other: "{{n}} private tokens",
  editedNone:
    "None of {{of}} are new. The rest goes again as it was, at no cost; the server sees which stretch was edited.",
  edited_one:
    "{{n}} of {{of}} is new. The rest goes again as it was, at no cost; the server sees which stretch was edited.",
  edited_other:
    "{{n}} of {{of}} are new. The rest goes again as it was, at no cost; the server sees which stretch was edited.",

  selectWords: "Select words to send them more quietly, or in the clear.",
  selectedWords: "Selected words",
  asTheRest: "As the rest",
  markedWords: "Marked words",
  publicGo: "Public words go to the server as they are.",
  positionsSeen: "The server sees which positions were treated how.",

  preset: "Preset",
  readable: "{{words}} readable",
  bitsEach: "at most {{bits}} bits a token",
  presetsNote:
    "What the strongest attacker we know of reads, as the bundle states it, measured on stories. Guessing blind: {{words}}.",

  preparing: "Preparing this device",
  bothHere: "Both are here. Verifying what arrived, and starting.",
  needsTwo: "Your words are turned into noise on this device. For that it needs two things:",
  bundle: "Bundle",
  bundleIs: "vocabulary, table and measured presets",
  runtime: "Runtime",
  runtimeIs: "what computes them here",
  loadWaiting: "waiting",
  loadKept: "{{total}} from this device",
  loadDone: "{{total}} downloaded",
  loadReading: "reading from this device, {{loaded}} of {{total}}",
  loadUnderWay: "downloading, {{loaded}} of {{total}}",

  openings: "Or begin with one of these",
  holdsSecret: "holds a secret",
} as const;
