/** Deutsch: die Ansicht für Bündel, die gefragt werden, worum es in einer Nachricht geht. */
export const ask = {
  heroTitle: "Leise gefragt.",
  hero: "Ein Server sagt, worum es in deiner Frage geht, ohne ihre Wörter zu bekommen. Diese Seite macht hier aus der ganzen Frage eine einzige Zeile Rauschen und zählt, was auch die noch verrät.",
  question: "Deine Frage",
  placeholder: "Wo ist mein …",
  examples: "Oder probiere eine von diesen",
  topics: "{{n}} Themen, die es kennt",
  keepsNothing:
    "Fragen und Antworten werden nicht aufbewahrt: Sie sind weg, wenn du diese Seite verlässt. Das Kontobuch behält, dass du gefragt hast und wie viele Bit das gesagt hat.",
  presetBits: "höchstens {{bits}} Bit dieser Nachricht",
  presetRight: "{{share}} richtig beantwortet",
  presetsNote:
    "So lang die Nachricht auch ist. Wie viele richtig sind, wurde an {{n}} Testfragen gemessen, laut Bündel; ganz ohne Rauschen sind es {{clean}}.",
  waiting:
    "Wie viele Bit deine Frage dem Server höchstens sagt, ihre Differential Privacy, und was von ihren Wörtern gelesen wird: Das steht hier, sobald dieses Gerät bereit ist.",
  wouldTell: "Diese Frage würde dem Server sagen",
  told: "Diese Frage hat dem Server gesagt",
  anyWould: "Jede Frage würde dem Server sagen",
  figure: "<bound>höchstens</bound> <strong>{{bits}}</strong> <of>Bit, so lang sie auch ist</of>",
  meterText: "höchstens {{bits}} Bit insgesamt",
  topicBits: "{{bits}} Bit würden eines von {{n}} Themen nennen. Was darüber liegt, könnte deine Wörter betreffen.",
  costs: "Was diese Frage als Ganzes kostet",
  wordsRead: "Gelesene Wörter",
  byInverter: "von einem trainierten Leser",
  blind: "ohne deine Frage: {{share}}",
  ledgerCounts: "Im Kontobuch zählt eine Frage als {{tokens}}, so lang sie auch ist.",
  explainedBits:
    "So klug der Server auch ist und was er auch weiß: Er erfährt höchstens so viele Bit der ganzen Frage. Das ist aus dem Rauschen bewiesen, nicht geschätzt. Es gilt für eine Ziehung: Mit denselben Werten noch einmal zu fragen, fügt nichts hinzu; dieselben Wörter neu zu ziehen schon.",
  explainedEpsilon:
    "<em>Ersetze die ganze Frage</em> durch irgendeine andere, gleich welcher Länge: Die Wahrscheinlichkeit von allem, was der Server sehen kann, ändert sich höchstens um einen Faktor <formula>e<sup>{{epsilon}}</sup></formula>, bis auf einen Rest von <formula><math>δ</math> = 10<sup>−5</sup></formula>. Unter 1 wäre für sich allein stark; das hier ist es nicht. Lies es neben dem Übrigen.",
  explainedRead:
    "An {{n}} Token von Testfragen hat ein Programm, das darauf trainiert wurde, Wörter aus solchem Rauschen zu lesen, und dem jedes Wort vor dem gesuchten gesagt wurde, {{recovery}} genannt (95-%-Intervall {{low}} bis {{high}}). Mit dem Rauschen einer anderen Frage hat es {{baseline}} genannt: So viel errät man aus der Sprache allein. Ein besseres Programm mag kommen; die Bit begrenzen sie alle.",
  wholeQuestion: "alles",
  leavesEmpty: "Eine Zeile kleiner Zahlen für die ganze Frage. Schreibe, und hier erscheint ein Beispiel.",
  strip: "Werte der ganzen Frage",
  digitsNote: "Eine hexadezimale Ziffer je Wert: 0 bis f. Gleich viele für jede Frage.",
  notHiddenThat: "Dass du dieses Bündel fragst, wann und wie oft, und von welcher Adresse.",
  notHiddenTopic: "Worum es geht, soweit die Bit es zulassen: Dafür ist es da.",
  notHiddenAnswer: "Die Antwort: Der Server ermittelt sie und kennt sie darum.",
  left: "Was anstelle deiner Frage dieses Gerät verlassen hat: {{levels}} Werte, {{bytes}}, gleich viel für jede Frage auf dieser Stufe",
  toLeave:
    "Gezogen, um anstelle deiner Frage gesendet zu werden: {{levels}} Werte, {{bytes}}, gleich viel für jede Frage auf dieser Stufe",
  lookWhy:
    "Hier wird Rauschen für deine Frage gezogen, {{n}}-mal, und mit Fragen verglichen, die das Bündel mitbringt. Nichts wird gesendet. Solange sie offen ist, folgt sie dem, was du schreibst.",
  looking: "Wird gezogen und verglichen",
  narrowed: "Von {{all}} Themen blieben dem Server etwa {{n}}.",
  narrowedOnce: "Von {{all}} Themen sind dem Server etwa {{n}} geblieben.",
  narrowedBits: "Er gewinnt {{gained}} von {{whole}} Bit über das Thema.",
  takenFor: "Worum es für ihn ginge",
  fits: "Fragen, die er nicht von deiner unterscheiden könnte",
  fitsNote:
    "Wie wahrscheinlich jede Beispielfrage des Bündels ist, wenn deine eine davon wäre. Wer das nicht weiß, weiß weniger.",
  itsWords: "Und ihre Wörter",
  itsWordsRead:
    "Auf dieser Stufe nennt ein Programm, das darauf trainiert wurde, Wörter aus solchem Rauschen zu lesen, und dem jedes Wort davor gesagt wird, {{recovery}} richtig. Mit dem Rauschen einer anderen Frage nennt es {{baseline}}. Der Unterschied ist, was das Rauschen verrät.",
  noExamples: "Dieses Bündel bringt keine Beispielfragen zum Vergleichen mit.",
  sayLooking: "Es wird nachgesehen, was der Server lesen könnte.",
  answer: "Antwort",
  arrived: "Beantwortet",
  sayAnswered: "Beantwortet: {{title}}.",
  sayUnsure: "Beantwortet, aber nicht sicher: Es könnte eines von diesen sein.",
  sayLost: "Beantwortet, aber kein Thema sticht hervor.",
  sayStopped: "Angehalten.",
  unsure: "Nicht sicher: Es könnte eines von diesen sein.",
  unsureWhy: "Kein Thema ist wahrscheinlicher als alle anderen zusammen. Diese zusammen sind es.",
  lost: "Ganz und gar nicht sicher: Kein Thema sticht hervor.",
  lostWhy:
    "Vielleicht geht es um etwas, das dieses Bündel nicht kennt. Die wahrscheinlichsten Themen, was immer sie wert sind:",
  lighter:
    "Auf der Stufe „{{lighter}}“ beantwortet es {{more}} der Testfragen richtig, auf „{{preset}}“ {{share}}. Das sagt dem Server mehr.",
  likelihoods: "Wie wahrscheinlich jedes Thema ist",
  likelihoodsNote:
    "So schätzt es das Modell des Servers nach den Werten. Es kennt Themen; von dir und deinem Konto weiß es nichts.",
  showAll: "Alle {{n}} Themen zeigen",
  showFewer: "Weniger zeigen",
  earlierAnswer: "Das ist die Antwort von vorher. Eine neue kam nicht.",
  askAgain: "Noch einmal fragen",
  copyAnswer: "Antwort kopieren",
  anewCost: "Neue Werte für dieselben Wörter, neue Kosten: höchstens {{bits}} Bit.",
  stoppedSent: "Angehalten. Die Werte können den Server erreicht haben.",
  notPromised:
    "<strong>Nicht versprochen:</strong> dass sich nichts erraten lässt. Der Server erfährt, worum es in einer Frage geht, soweit die Bit der Stufe es zulassen, und es kann ein besserer Angriff kommen als die, die wir kennen. Frage nichts, was auch zum Teil nicht erraten werden darf. Und wer diese Seite ausliefert, könnte sie ändern: Öffne sie von einem Server, dem du vertraust, oder nimm die Kommandozeile.",
  hostIsTold: "{{host}} erfährt, dass du gefragt hast und wie viele Bit das dem Server höchstens sagt, nie was.",
  onOwnPage: "Vorschau und Verlauf gibt es auf der eigenen Seite des Servers.",
} as const;
