import { useTranslation } from "react-i18next";
import { strongestAttacker } from "../../../sdk/reading.ts";
import type { ExampleDraw, Preset } from "../../../sdk/types.ts";
import type { Costs } from "../../privacy.ts";
import { about, atMost, bytes, title, wordsIn } from "../../wording.ts";

interface Props {
  readonly preset: Preset;
  /** Null while there is none: then only what a token costs is known. */
  readonly draw: ExampleDraw | null;
  /** Of the whole sample, or of one token where it has not been counted. */
  readonly costs: Costs;
  /** How many of the three are said. */
  readonly said: number;
}

/** What leaves, what it costs, what could be read. */
export function Lines({ preset, draw, costs, said }: Props) {
  const { t } = useTranslation("welcome");
  const name = title(preset.name);
  const count = draw?.tokens.length ?? 0;
  const lines = [
    [
      t("leavesTitle"),
      draw === null
        ? t("leavesUncounted")
        : t("leaves", { count, formatted: about(count), size: bytes(draw.sizes.frame) }),
    ],
    [
      t("costsTitle"),
      costs.message === null
        ? t("costsToken", { bits: atMost(costs.token.bits), preset: name })
        : t("costs", { bits: atMost(costs.message.bits), size: about(costs.messageSize), preset: name }),
    ],
    [t("readTitle"), t("read", { share: capital(wordsIn(strongestAttacker(preset.measured.recovery).recovery)) })],
  ] as const;
  return (
    <dl className="welcome-lines">
      {lines.map(([term, sentence], i) => (
        <div key={term} className={i < said ? "welcome-line" : "welcome-line is-to-come"}>
          <dt>{term}</dt>
          <dd>{sentence}</dd>
        </div>
      ))}
    </dl>
  );
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
