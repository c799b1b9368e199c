import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { strongestAttacker } from "../../../sdk/reading.ts";
import type { BundleOffer, OfferedBundle } from "../../../sdk/servers.ts";
import type { Manifest } from "../../../sdk/types.ts";
import { language } from "../../i18n/i18n.ts";
import type { StoredItem } from "../../../sdk/storage.ts";
import { about, atMost, bytes, tenthsOfPercent, title as named } from "../../wording.ts";
import { FailureNotice } from "../Notice.tsx";

export interface OptionProps {
  readonly bundle: OfferedBundle;
  /** Name of the radio group. */
  readonly group: string;
  readonly chosen: boolean;
  readonly inUse: boolean;
  /** What of it is on this device; null where nothing is. */
  readonly kept: StoredItem | null;
  /** Bits of one token at a preset, at most. */
  readonly bitsOf: (manifest: Manifest, preset: string) => number;
  readonly onPick: () => void;
}

/** One bundle to choose, with what it is and what was measured of it. */
export function BundleOption({ bundle, group, chosen, inUse, kept, bitsOf, onPick }: OptionProps) {
  const { t } = useTranslation("servers");
  const { offer, failure, title } = bundle;
  return (
    <div className="bundle" data-chosen={chosen}>
      <label className="bundle-head">
        <input type="radio" name={group} checked={chosen} disabled={offer === null} onChange={onPick} />
        <span className="bundle-name">
          <span className="bundle-title" dir="auto">
            {title}
          </span>
          {inUse && <span className="bundle-tag">{t("inUse")}</span>}
        </span>
      </label>
      {failure !== null && <FailureNotice failure={failure} quiet />}
      {offer !== null && (
        <div className="bundle-body">
          <p dir="auto">{offer.manifest.description}</p>
          <Facts offer={offer} kept={kept} />
          <PresetTable manifest={offer.manifest} title={title} bitsOf={bitsOf} />
        </div>
      )}
    </div>
  );
}

function Facts({ offer, kept }: { readonly offer: BundleOffer; readonly kept: StoredItem | null }) {
  const { t } = useTranslation("servers");
  const { manifest, startBytes, laterBytes } = offer;
  const { model, licence } = manifest;
  const short = new Intl.NumberFormat(language(), { notation: "compact", maximumFractionDigits: 1 });
  const size =
    laterBytes === 0 ? bytes(startBytes) : t("downloadLater", { start: bytes(startBytes), later: bytes(laterBytes) });
  const here =
    kept === null
      ? null
      : kept.whole
        ? t("here")
        : t("herePartly", { loaded: bytes(kept.bytes), total: bytes(startBytes) });
  return (
    <dl className="bundle-facts">
      <dt>{t("model")}</dt>
      <dd>{t("modelValue", { name: model.name, parameters: short.format(model.parameters) })}</dd>
      <dt>{t("download")}</dt>
      <dd>
        {size}
        {here !== null && <strong className="bundle-here">{here}</strong>}
      </dd>
      <dt>{t("context")}</dt>
      <dd>{t("contextValue", { count: model.contextLength, formatted: about(model.contextLength) })}</dd>
      <dt>{t("licence")}</dt>
      <dd>{licence.weights}</dd>
      <dt>{t("data")}</dt>
      <dd>
        {new Intl.ListFormat(language(), { style: "narrow", type: "conjunction" }).format(
          licence.data.map(({ name, licence: terms }) => `${name} (${terms})`),
        )}
      </dd>
    </dl>
  );
}

interface TableProps {
  readonly manifest: Manifest;
  readonly title: string;
  readonly bitsOf: OptionProps["bitsOf"];
}

function PresetTable({ manifest, title, bitsOf }: TableProps) {
  const { t } = useTranslation("servers");
  const rows = useMemo(
    () =>
      manifest.presets.map((preset) => ({
        name: preset.name,
        mu: preset.mu,
        bits: bitsOf(manifest, preset.name),
        attacker: strongestAttacker(preset.measured.recovery),
      })),
    [manifest, bitsOf],
  );
  const blind = Math.max(...rows.map(({ attacker }) => attacker.baseline));
  const exact = new Intl.NumberFormat(language(), { maximumFractionDigits: 2 });
  return (
    <div className="bundle-presets">
      <table>
        <caption className="visually-hidden">{t("presets", { title })}</caption>
        <thead>
          <tr>
            <th scope="col">{t("preset")}</th>
            <th scope="col" className="is-number">
              <abbr title={t("muTitle")}>{t("mu")}</abbr>
            </th>
            <th scope="col" className="is-number">
              {t("bits")}
            </th>
            <th scope="col" className="is-number">
              {t("recovery")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, mu, bits, attacker }) => (
            <tr key={name}>
              <th scope="row">{named(name)}</th>
              <td className="is-number">{exact.format(mu)}</td>
              <td className="is-number">{atMost(bits)}</td>
              <td className="is-number">
                {tenthsOfPercent(attacker.recovery)}
                <span className="bundle-range">
                  {t("recoveryRange", { low: tenthsOfPercent(attacker.low), high: tenthsOfPercent(attacker.high) })}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="aside-note">{t("blind", { share: tenthsOfPercent(blind) })}</p>
    </div>
  );
}
