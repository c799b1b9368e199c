/** English: the page in small, inside of another page. */
export const widget = {
  title: "Sotto: private writing",
  tells: "This message tells the server: {{bits}}.",
  messageAndReply: "Message and reply",
  hostIsTold: "{{host}} is told that you sent, how many tokens and bits, never what.",
  oneThread: "One thread only: the page around this frame is not isolated, so there are no threads here.",
  keptApart: "Browsers keep what a frame stores apart: the ledger and the budgets here count for this site alone.",
  onOwnPage: "Marking of words, leak preview and history are on the server’s own page.",
  offers: "{{host}} offers a text to begin with. It knows these words, and is not told whether you take them.",
  use: "Use it",
  no: "No",
  replaces: "It takes the place of what you wrote.",
  shareQuestion: "Share this reply with {{host}}?",
  mayRepeat: "It may repeat what you wrote about.",
  share: "Share",
  shared: "This reply was shared with {{host}}.",
} as const;
