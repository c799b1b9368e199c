import { useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Client, Manifest } from "../../../sdk/types.ts";
import { REDUCED_MOTION, useMedia } from "../../hooks/useMedia.ts";
import { dissolveTime } from "../../motion.ts";
import { costs } from "../../privacy.ts";
import type { Sdk } from "../../sdk.ts";
import { presetFor } from "../../settings/preset.ts";
import { END, SAMPLE, sceneAt } from "../../welcome/timeline.ts";
import { useClock } from "../../welcome/useClock.ts";
import { useSample } from "../../welcome/useSample.ts";
import { MeterFigure } from "../Meter.tsx";
import { Veil } from "../Veil.tsx";
import { Lines } from "./Lines.tsx";
import { SampleLevels } from "./SampleLevels.tsx";

interface Props {
  readonly sdk: Pick<Sdk, "mixedCost">;
  readonly manifest: Manifest;
  /** Draws the levels of the sample. Until there is one the introduction does without them. */
  readonly client: Client | null;
  /** The name of the one to speak at, as `presetFor`. */
  readonly preset: string | null;
  /** Seen to its end, or skipped. */
  readonly onDone: () => void;
}

/**
 * The first visit: the product itself, in 20 seconds. A sentence is written, its words dissolve into the levels that this device
 * really draws for it, the meter counts them, and three lines say what that means. Nothing is sent and nothing is charged.
 */
export function Welcome({ sdk, manifest, client, preset: wanted, onDone }: Props) {
  const { t } = useTranslation("welcome");
  const id = useId();
  const still = useMedia(REDUCED_MOTION, true);
  const [paused, setPaused] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  const name = presetFor(
    wanted,
    manifest.presets.map(({ name }) => name),
  );
  // A manifest has one at least.
  const preset = manifest.presets.find((each) => each.name === name) ?? manifest.presets[0]!;
  const sample = useSample(client, SAMPLE, preset.name);
  const draw = sample.status === "drawn" ? sample.draw : null;
  const tokens = draw?.tokens ?? null;

  const time = useClock(!still && !paused, END);
  const scene = sceneAt(still ? END : time, SAMPLE.length, dissolveTime(tokens?.length ?? SAMPLE.split(" ").length));
  const counted = Math.ceil(scene.levels * (tokens?.length ?? 0));
  const whole = useMemo(() => costs(sdk, manifest, preset, tokens ?? []), [sdk, manifest, preset, tokens]);
  const soFar = useMemo(
    () => costs(sdk, manifest, preset, tokens?.slice(0, counted) ?? []),
    [sdk, manifest, preset, tokens, counted],
  );
  const settled = useCallback(() => undefined, []);

  const end = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  useEffect(() => {
    // The button to pause goes; what had the focus then is the page.
    if (scene.ended && document.activeElement === document.body) end.current?.focus();
  }, [scene.ended]);
  useEffect(() => {
    // On a small screen the lines come below what is in sight.
    if (still || scene.lines === 0) return;
    const line = dialog.current?.querySelector(`.welcome-line:nth-of-type(${scene.lines})`);
    line?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }, [scene.lines, still]);

  return (
    <dialog
      ref={dialog}
      className={`sheet sheet-page welcome${paused ? " is-paused" : ""}`}
      aria-labelledby={id}
      onClose={onDone}
    >
      <div className="sheet-body">
        <header className="sheet-head">
          <h2 id={id}>{t("title")}</h2>
          {!scene.ended && (
            <button type="button" className="button button-quiet" onClick={() => setPaused(!paused)}>
              {t(paused ? "resume" : "pause")}
            </button>
          )}
        </header>
        <p className="aside-note">{t("intro")}</p>
        <div className="welcome-paper">
          <div
            className={scene.dissolving && !still ? "writing is-veiled" : "writing"}
            lang="en"
            dir="ltr"
            role="img"
            aria-label={SAMPLE}
          >
            <p className="welcome-text">
              {SAMPLE.slice(0, scene.typed)}
              {scene.typed < SAMPLE.length && !still && <span className="caret" />}
              <span className="is-to-come">{SAMPLE.slice(scene.typed)}</span>
            </p>
            {scene.dissolving && !still && (
              <Veil text={SAMPLE} tokens={tokens?.length ?? SAMPLE.split(" ").length} onDone={settled} />
            )}
          </div>
          <div className="welcome-levels">
            {draw !== null && <SampleLevels draw={draw} shown={scene.levels} />}
            {draw === null && scene.dissolving && (
              <p className="aside-note">{t(sample.status === "failed" ? "failed" : "waiting")}</p>
            )}
          </div>
        </div>
        <MeterFigure costs={soFar} sent={false} />
        <Lines preset={preset} draw={draw} costs={whole} said={scene.lines} />
        <form method="dialog" className="welcome-end">
          <button ref={end} className={scene.ended ? "button button-send" : "button"}>
            {t(scene.ended ? "begin" : "skip")}
          </button>
        </form>
      </div>
    </dialog>
  );
}
