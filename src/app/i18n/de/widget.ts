/** Deutsch: die Seite im Kleinen, in einer anderen. */
export const widget = {
  title: "Sotto: privat schreiben",
  tells: "Diese Nachricht sagt dem Server: {{bits}}.",
  messageAndReply: "Nachricht und Antwort",
  hostIsTold: "{{host}} erfährt, dass du gesendet hast, wie viele Token und Bit, nie was.",
  oneThread: "Nur ein Thread: Die Seite um diesen Rahmen ist nicht isoliert, also gibt es hier keine Threads.",
  keptApart:
    "Browser halten getrennt, was ein Rahmen speichert: Das Kontobuch und die Budgets hier zählen nur für diese Website.",
  onOwnPage: "Wörter markieren, Leck-Vorschau und Verlauf gibt es auf der eigenen Seite des Servers.",
  offers: "{{host}} bietet einen Text zum Anfangen an. Es kennt diese Wörter und erfährt nicht, ob du sie nimmst.",
  use: "Nehmen",
  no: "Nein",
  replaces: "Er ersetzt, was du geschrieben hast.",
  shareQuestion: "Diese Antwort mit {{host}} teilen?",
  mayRepeat: "Sie kann wiederholen, worüber du geschrieben hast.",
  share: "Teilen",
  shared: "Diese Antwort wurde mit {{host}} geteilt.",
} as const;
