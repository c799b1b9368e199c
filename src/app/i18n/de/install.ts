/** Deutsch: die installierte Seite und ihre Versionen. */
export const install = {
  updateReady:
    "Eine neue Version dieser Seite ist bereit. Sie zu nehmen lädt die Seite neu; schreib vorher zu Ende, woran du bist.",
  updateAfterReply: "Eine neue Version dieser Seite ist bereit. Du kannst sie nehmen, sobald die Antwort zu Ende ist.",
  updateApply: "Mit der neuen Version neu laden",
  install: "Als App installieren",
  repaired: "Eine behaltene Datei war beschädigt und wurde noch einmal geholt.",
  resumed: "Der Download ging dort weiter, wo er abgebrochen war.",
  unkept:
    "Es war kein Platz, um alles auf diesem Gerät zu behalten. Jetzt geht es, und beim nächsten Mal wird noch einmal geladen.",
  keptManifest: "Der Server antwortet nicht. Das Bündel ist so, wie dieses Gerät es zuletzt gesehen hat.",
} as const;
