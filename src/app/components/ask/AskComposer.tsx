import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { useAsk } from "../../ask/useAsk.ts";
import { Composer } from "../Composer.tsx";
import { Loading } from "../Loading.tsx";
import { AskPresets } from "./AskPresets.tsx";

/** No words are marked here: the question is one, and goes as one. */
const UNMARKED: readonly string[] = [];

/** Where a question is written: one field, how quietly, and Send. */
export function AskComposer({
  ask,
  children,
}: {
  readonly ask: ReturnType<typeof useAsk>;
  readonly children?: ReactNode;
}) {
  const { t } = useTranslation("ask");
  const { state, classifier, before } = ask;
  // Its words dissolve into the levels below: not into those of a question that is no longer shown.
  const shown = before !== null && before === state.question ? before : null;
  return (
    <Composer
      label={t("question")}
      placeholder={t("placeholder")}
      engine={state.engine}
      draft={{ text: state.draft, marks: [] }}
      busy={ask.busy}
      released={shown?.release == null ? null : { id: shown.id, tokens: shown.release.messageTokens }}
      presets={UNMARKED}
      wentOn={0}
      tokens={ask.tokens}
      limit={ask.limit}
      blocked={ask.blocked}
      advice={ask.advice}
      onDraft={ask.draft}
      onMark={() => undefined}
      onSend={() => ask.send()}
    >
      {classifier === null || state.preset === null ? (
        <Loading engine={state.engine} onRetry={ask.retry} />
      ) : (
        <AskPresets classifier={classifier} chosen={state.preset} onChoose={ask.choose} />
      )}
      {children}
    </Composer>
  );
}
