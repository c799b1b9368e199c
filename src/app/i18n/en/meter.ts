/** English: the privacy meter, what leaves, and what is not hidden. */
export const meter = {
  title: "What it gives away",
  privacyMeter: "Privacy meter",
  waitingShort: "Privacy meter: waiting for this device.",
  waiting:
    "How many bits your message tells the server at most, its differential privacy, and how often an attacker reads a word of it: counted here while you write, as soon as this device is ready.",
  bitsOfMessage: "Bits this message",
  bitsOf: "at most {{bits}} of about {{size}} bits",
  bitsOfFigure: "<bound>at most</bound> <strong>{{bits}}</strong> <of>of about {{size}} bits</of>",
  told: "This message told the server",
  wouldTell: "This message would tell the server",
  tooLong: "too long to be sent",
  nothingDrawn: "nothing new is drawn",
  nothingWritten: "nothing written yet",
  nothingNew: "nothing new",
  nothingYet: "nothing yet",
  predictable:
    "English this long holds about {{bits}} bits for a reader who predicts it as well as this bundle’s model.",
  again_one: "{{n}} token goes again as it was, at no cost.",
  again_other: "{{n}} tokens go again as they were, at no cost.",
  open_one: "{{n}} token in the clear: the server reads it.",
  open_other: "{{n}} tokens in the clear: the server reads them.",

  costs: "What this message costs, for each token and as a whole",
  eachToken: "Each token",
  replaceToken: "replace one token",
  message: "Message",
  replaceMessage: "replace the whole message",
  bits: "Bits",
  atMost: "at most",
  ofSize: "of {{size}}",
  ofAboutSize: "of about {{size}}",
  epsilon: "epsilon",
  atDelta: "at <formula><math>δ</math> = 10<sup>−5</sup></formula>",
  read: "Read",
  byAttacker: "by an attacker",
  namedOf: "{{named}} of {{tokens}}",
  blind: "blind: {{part}}",
  drawnTimes_one: "The same words were drawn {{n}} time: together at most {{bits}} bits about them.",
  drawnTimes_other: "The same words were drawn {{n}} times: together at most {{bits}} bits about them.",

  explained: "What these numbers say",
  explainedBits:
    "However clever the server is, a release tells it at most this many bits. That is proved from the noise, not estimated. The size it is compared with counts every token as one of {{vocabulary}} equally likely ones, {{size}} bits each. English is far more predictable, about {{predictable}} bits a token for this bundle’s model, so a small share of bits does not mean that little can be guessed.",
  epsilonTitle: "<epsilon/>, differential privacy",
  epsilonToken:
    "<em>Replace one token</em> by any other: the probability of anything the server may see changes by at most a factor <formula>e<sup>{{epsilon}}</sup></formula>, but for a slack of <formula><math>δ</math> = 10<sup>−5</sup></formula>.",
  epsilonMessage:
    "<em>Replace the whole message</em> by any of the same length: at most <formula>e<sup>{{epsilon}}</sup></formula>.",
  epsilonSize: "Below 1 would be strong by itself; these are not. Read them beside the rest.",
  readTitle: "Read by an attacker",
  readByWords_one:
    "On {{n}} token of text it had not seen, an attacker who knows the table, the noise and how common each word is read {{recovery}} (95% interval {{low}} to {{high}}). Blind, without looking at what was sent, it guesses {{baseline}}. A token is a word or a piece of one.",
  readByWords_other:
    "On {{n}} tokens of text it had not seen, an attacker who knows the table, the noise and how common each word is read {{recovery}} (95% interval {{low}} to {{high}}). Blind, without looking at what was sent, it guesses {{baseline}}. A token is a word or a piece of one.",
  readBySequence_one:
    "On {{n}} token of text it had not seen, an attacker who knows the table, the noise and which words follow which read {{recovery}} (95% interval {{low}} to {{high}}). Blind, without looking at what was sent, it guesses {{baseline}}. A token is a word or a piece of one.",
  readByDenoiser_one:
    "On {{n}} token of text it had not seen, the server’s own network, which was trained to see through this noise, read {{recovery}} (95% interval {{low}} to {{high}}). Blind, without looking at what was sent, it guesses {{baseline}}. A token is a word or a piece of one.",
  readBySequence_other:
    "On {{n}} tokens of text it had not seen, an attacker who knows the table, the noise and which words follow which read {{recovery}} (95% interval {{low}} to {{high}}). Blind, without looking at what was sent, it guesses {{baseline}}. A token is a word or a piece of one.",
  readByDenoiser_other:
    "On {{n}} tokens of text it had not seen, the server’s own network, which was trained to see through this noise, read {{recovery}} (95% interval {{low}} to {{high}}). Blind, without looking at what was sent, it guesses {{baseline}}. A token is a word or a piece of one.",
  rareRead: "Of rare tokens, the kind that secrets are made of, it read {{recovery}}.",

  usefulness: "What the server makes of it",
  usefulnessMeasured:
    "Measured on text it had not seen: under {{preset}} the levels of a text help the model to go on with it by {{released}} nats a token more than the levels of some other text do (± {{error}}). The text in the clear would help by {{clear}}, measured in the same way. So {{share}} of the help gets through, while an attacker reads {{words}}.",
  usefulnessNothing:
    "Measured on text it had not seen: under {{preset}} the levels of a text help the model to go on with it by {{released}} nats a token more than the levels of some other text do (± {{error}}, so it may be nothing). The text in the clear would help by {{clear}}, measured in the same way. So {{share}} of the help gets through, while an attacker reads {{words}}.",
  usefulLittle: "Very little. Expect a story in a fitting tone that hardly knows what you wrote.",
  usefulSome: "Some of it. Expect a story that catches a subject or a mood here and there.",
  usefulMuch: "A good part. Expect a story that follows the subject and misses the details.",
  usefulMost: "Most of it. Expect a story that follows your text.",

  leaves: "What leaves this device",
  leavesEmpty:
    "For each token a row of small numbers, drawn at random around what the token means. Write, and an example appears here.",
  leavesExample: "<strong>An example draw.</strong> What is sent is drawn fresh.",
  leavesSent: "<strong>Sent.</strong> These levels left, and your text did not.",
  leavesSentMixed: "<strong>Sent.</strong> These levels left, and your private words did not.",
  leavesUnanswered:
    "<strong>Drawn to be sent.</strong> No answer came: these levels may have left or not, your text did not.",
  leavesUnansweredMixed:
    "<strong>Drawn to be sent.</strong> No answer came: these levels may have left or not, your private words did not.",
  digits: "As digits",
  digitsNote: "One line a token, one hexadecimal digit a level: 0 to f. Public tokens have none.",
  digitsLabel: "Levels as hexadecimal digits",
  publicRow: "public",
  strip: "Levels, one row a token",
  rows_one: "{{n}} row",
  rows_other: "{{n}} rows",
  levels_one: "{{n}} level",
  levels_other: "{{n}} levels",
  pictureExample:
    "An example draw: {{rows}} of {{levels}} between 0 and {{top}}, {{mean}} on average. They look like noise; digits are below.",
  pictureSent:
    "Sent levels: {{rows}} of {{levels}} between 0 and {{top}}, {{mean}} on average. They look like noise; digits are below.",
  pictureUnanswered:
    "Levels drawn to be sent: {{rows}} of {{levels}} between 0 and {{top}}, {{mean}} on average. They look like noise; digits are below.",
  pictureOpen_one: "{{n}} token in the clear, without levels.",
  pictureOpen_other: "{{n}} tokens in the clear, without levels.",
  scale: "Colour scale from level 0 to level {{top}}",
  sizeLevels: "These levels",
  sizeText: "The text itself",
  sizeEmbeddings: "Embeddings, fp16",

  tokenByToken: "Token by token",
  atPresets: "Sent now, this message at {{costs}}, at most.",
  atPreset: "{{preset}} costs {{bits}} bits",
  tokensOfMessage: "Tokens of this message",
  tokenPublic: "‘{{word}}’, public: the server reads it",
  tokenPrivate: "‘{{word}}’, {{preset}}: at most {{bits}} of {{size}} bits",
  tokenAgain: "‘{{word}}’, {{preset}}, sent before: at most {{bits}} of {{size}} bits, nothing new",
  firstTokens_one: "The first {{n}} token.",
  firstTokens_other: "The first {{n}} tokens.",

  notHidden: "What is not hidden",
  notHiddenLength: "How many tokens you send.",
  notHiddenLengthHere: "How many tokens you send ({{n}} here).",
  notHiddenPublic_one: "The public words ({{n}} token): they go as they are.",
  notHiddenPublic_other: "The public words ({{n}} tokens): they go as they are.",
  notHiddenPositions: "Which positions were treated how.",
  notHiddenEdit: "Which stretch you edited since the last message.",
  notHiddenTime: "When and how often you send, and from which address.",
  notHiddenReply: "The reply: the server writes it, and therefore reads it.",
} as const;
