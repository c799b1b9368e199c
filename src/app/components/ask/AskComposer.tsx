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
  const asked = state.question;
  const sent = ask.unchanged ? asked : before;
  return (
    <Composer
      label={t("question")}
      placeholder={t("placeholder")}
      engine={state.engine}
      draft={{ text: state.draft, marks: [] }}
      busy={ask.busy}
      released={sent?.release == null || sent !== asked ? null : { id: sent.id, tokens: sent.release.messageTokens }}
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
