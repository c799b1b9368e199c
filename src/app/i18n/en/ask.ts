/** English: the view of bundles that are asked what a message is about. */
export const ask = {
  heroTitle: "Ask under your breath.",
  hero: "A server says what your question is about without being sent its words. This page turns the whole question into one row of noise, here, and counts what that still gives away.",

  question: "Your question",
  placeholder: "Where is my …",
  examples: "Or try one of these",
  topics: "{{n}} topics that it knows",
  keepsNothing:
    "Questions and answers are not kept: they are gone when you leave this page. The ledger keeps that you asked, and how many bits it told.",

  presetBits: "at most {{bits}} bits of this message",
  presetRight: "{{share}} answered right",
  presetsNote:
    "However long the message is. How many are right was measured on {{n}} test questions, as the bundle states it; without any noise it is {{clean}}.",

  waiting:
    "How many bits your question tells the server at most, its differential privacy, and what is read of its words: shown here as soon as this device is ready.",
  wouldTell: "This question would tell the server",
  told: "This question told the server",
  anyWould: "Any question would tell the server",
  figure: "<bound>at most</bound> <strong>{{bits}}</strong> <of>bits, however long it is</of>",
  meterText: "at most {{bits}} bits in all",
  topicBits: "{{bits}} bits would name one of {{n}} topics. What is beyond that could be of your words.",
  costs: "What this question costs as a whole",
  wordsRead: "Words read",
  byInverter: "by a trained inverter",
  blind: "without your question: {{share}}",
  ledgerCounts: "In the ledger a question counts as {{tokens}}, however long it is.",

  explainedBits:
    "However clever the server is, and whatever it knows, it learns at most this many bits of the whole question. That is proved from the noise, not estimated. It holds for one draw: asking again with the same levels adds nothing, drawing the same words anew does.",
  explainedEpsilon:
    "<em>Replace the whole question</em> by any other, of any length: the probability of anything the server may see changes by at most a factor <formula>e<sup>{{epsilon}}</sup></formula>, but for a slack of <formula><math>δ</math> = 10<sup>−5</sup></formula>. Below 1 would be strong by itself; this is not. Read it beside the rest.",
  explainedRead:
    "On {{n}} tokens of test questions, a program that was trained to read words from such noise, and was told every word before the one it guessed, named {{recovery}} (95% interval {{low}} to {{high}}). Given the noise of another question instead it named {{baseline}}: so much is guessed from the language alone. A better program may come; the bits bound them all.",

  wholeQuestion: "all of it",
  leavesEmpty: "One row of small numbers for the whole question. Write, and an example appears here.",
  strip: "Levels of the whole question",
  digitsNote: "One hexadecimal digit a level: 0 to f. As many for every question.",
  notHiddenThat: "That you ask this bundle, when and how often, and from which address.",
  notHiddenTopic: "What it is about, as far as the bits allow: that is what it is for.",
  notHiddenAnswer: "The answer: the server works it out, and therefore knows it.",

  left: "What left this device in place of your question: {{levels}} levels, {{bytes}}, as many for every question at this preset",
  toLeave:
    "Drawn to be sent in place of your question: {{levels}} levels, {{bytes}}, as many for every question at this preset",

  lookWhy:
    "Noise is drawn for your question here, {{n}} times, and compared with questions that the bundle brings. Nothing is sent. While it is open it follows what you write.",
  looking: "Drawing and comparing",
  narrowed: "Of {{all}} topics the server would be left with about {{n}}.",
  narrowedOnce: "Of {{all}} topics the server was left with about {{n}}.",
  narrowedBits: "It gains {{gained}} of {{whole}} bits about the topic.",
  takenFor: "What it would take it to be about",
  fits: "Questions it could not tell from yours",
  fitsNote:
    "How likely each example question of the bundle is, if yours were one of them. Who does not know that knows less.",
  itsWords: "And its words",
  itsWordsRead:
    "At this preset a program that was trained to read words from such noise, and is told every word before, names {{recovery}} right. Given the noise of another question it names {{baseline}}. The difference is what the noise gives away.",
  noExamples: "This bundle brings no example questions to compare with.",
  sayLooking: "Looking at what the server could read.",

  answer: "Answer",
  arrived: "Answered",
  sayAnswered: "Answered: {{title}}.",
  sayUnsure: "Answered, but not sure: it may be one of these.",
  sayLost: "Answered, but no topic stands out.",
  sayStopped: "Stopped.",
  unsure: "Not sure: it may be one of these.",
  unsureWhy: "No topic is likelier than all the others together. These are, taken together.",
  lost: "Not sure at all: no topic stands out.",
  lostWhy: "It may be about something that this bundle does not know. The likeliest topics, for what they are worth:",
  lighter:
    "At {{lighter}} it answers {{more}} of test questions right, at {{preset}} {{share}}. That tells the server more.",
  likelihoods: "How likely each topic is",
  likelihoodsNote:
    "As the server’s model reckons from the levels. It knows topics; of you or your account it knows nothing.",
  showAll: "Show all {{n}} topics",
  showFewer: "Show fewer",
  earlierAnswer: "This is the answer before. No new one came.",
  askAgain: "Ask again",
  copyAnswer: "Copy the answer",
  anewCost: "New levels for the same words, a new cost: at most {{bits}} bits.",
  stoppedSent: "Stopped. The levels may have reached the server.",

  notPromised:
    "<strong>Not promised:</strong> that nothing can be guessed. The server learns what a question is about, as far as the bits of the preset allow, and a better attack than those we know may come. Do not ask what must not be guessed even in part. And whoever serves this page could change it: open it from a server you trust, or use the command line.",
  hostIsTold: "{{host}} is told that you asked, and how many bits that tells the server at most, never what.",
  onOwnPage: "Leak preview and history are on the server’s own page.",
} as const;
