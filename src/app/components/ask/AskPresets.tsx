import { useTranslation } from "react-i18next";
import type { Classifier } from "../../../sdk/gist/types.ts";
import { DELTA } from "../../privacy.ts";
import { about, atMost, tenthsOfPercent } from "../../wording.ts";
import { PresetRadios } from "../Presets.tsx";

interface Props {
  readonly classifier: Classifier;
  readonly chosen: string;
  readonly onChoose: (preset: string) => void;
}

/** How quietly to ask: each preset with what a message costs at it, and how often the answer was right. */
export function AskPresets({ classifier, chosen, onChoose }: Props) {
  const { t } = useTranslation("ask");
  const { presets, measured } = classifier.bundle;
  const clean = measured.clean;
  return (
    <PresetRadios
      presets={presets.map(({ name, measured: { accuracy } }) => ({
        name,
        facts: [
          t("presetBits", { bits: atMost(classifier.cost(name, DELTA).bits) }),
          t("presetRight", { share: tenthsOfPercent(accuracy.share) }),
        ],
      }))}
      chosen={chosen}
      note={t("presetsNote", { n: about(clean.messages), clean: tenthsOfPercent(clean.share) })}
      onChoose={onChoose}
    />
  );
}
