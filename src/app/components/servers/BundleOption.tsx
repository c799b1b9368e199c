import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { strongestAttacker } from "../../../sdk/reading.ts";
import type { GistManifest } from "../../../sdk/gist/types.ts";
import type { BundleOffer, OfferedBundle } from "../../../sdk/servers.ts";
import type { AnyManifest, Manifest } from "../../../sdk/types.ts";
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
  /** Bits of one token at a preset, at most; of a whole message where the bundle is asked. */
  readonly bitsOf: (manifest: AnyManifest, preset: string) => number;
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
          {offer.manifest.split === "gist" ? (
            <GistPresets manifest={offer.manifest} title={title} bitsOf={bitsOf} />
          ) : (
            <TokenPresets manifest={offer.manifest} title={title} bitsOf={bitsOf} />
          )}
        </div>
      )}
    </div>
  );
}

function Facts({ offer, kept }: { readonly offer: BundleOffer; readonly kept: StoredItem | null }) {
  const { t } = useTranslation("servers");
  const { manifest, startBytes, laterBytes } = offer;
  const { model, licence } = manifest;
  const asked = manifest.split === "gist";
  const longest = asked ? manifest.promptTokens : manifest.model.contextLength;
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
      <dt>{t("task")}</dt>
      <dd>{asked ? t("taskClassify", { n: about(manifest.labels.length) }) : t("taskComplete")}</dd>
      <dt>{t("model")}</dt>
      <dd>{t("modelValue", { name: model.name, parameters: short.format(model.parameters) })}</dd>
      <dt>{t("download")}</dt>
      <dd>
        {size}
        {here !== null && <strong className="bundle-here">{here}</strong>}
      </dd>
      <dt>{asked ? t("longestMessage") : t("context")}</dt>
      <dd>{t("contextValue", { count: longest, formatted: about(longest) })}</dd>
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

interface TableProps<M extends AnyManifest> {
  readonly manifest: M;
  readonly title: string;
  readonly bitsOf: OptionProps["bitsOf"];
}

/** How much of the text each preset gives away, token by token. */
function TokenPresets({ manifest, title, bitsOf }: TableProps<Manifest>) {
  const { t } = useTranslation("servers");
  const exact = new Intl.NumberFormat(language(), { maximumFractionDigits: 2 });
  const rows = useMemo(
    () =>
      manifest.presets.map(({ name, mu, measured }) => ({
        name,
        figure: mu,
        bits: bitsOf(manifest, name),
        read: strongestAttacker(measured.recovery),
      })),
    [manifest, bitsOf],
  );
  return (
    <PresetTable
      title={title}
      rows={rows.map((row) => ({ ...row, figure: exact.format(row.figure) }))}
      heads={[<abbr title={t("muTitle")}>{t("mu")}</abbr>, t("bits"), t("recovery")]}
      note={t("blind", { share: tenthsOfPercent(Math.max(...rows.map(({ read }) => read.baseline))) })}
    />
  );
}

/** How often each preset is answered right, and what it gives away of the whole message. */
function GistPresets({ manifest, title, bitsOf }: TableProps<GistManifest>) {
  const { t } = useTranslation("servers");
  const rows = useMemo(
    () =>
      manifest.presets.map(({ name, measured }) => ({
        name,
        right: measured.accuracy.share,
        bits: bitsOf(manifest, name),
        read: measured.inverter,
      })),
    [manifest, bitsOf],
  );
  return (
    <PresetTable
      title={title}
      rows={rows.map((row) => ({ ...row, figure: tenthsOfPercent(row.right) }))}
      heads={[t("answeredRight"), t("bitsMessage"), t("inverter")]}
      note={t("inverterBlind", { share: tenthsOfPercent(Math.max(...rows.map(({ read }) => read.baseline))) })}
    />
  );
}

interface PresetRow {
  readonly name: string;
  readonly figure: string;
  /** At most. */
  readonly bits: number;
  /** Shares, with a 95% interval. */
  readonly read: { readonly recovery: number; readonly low: number; readonly high: number };
}

interface PresetTableProps {
  readonly title: string;
  readonly rows: readonly PresetRow[];
  readonly heads: readonly [ReactNode, ReactNode, ReactNode];
  readonly note: string;
}

function PresetTable({ title, rows, heads, note }: PresetTableProps) {
  const { t } = useTranslation("servers");
  return (
    <div className="bundle-presets">
      <table>
        <caption className="visually-hidden">{t("presets", { title })}</caption>
        <thead>
          <tr>
            <th scope="col">{t("preset")}</th>
            {heads.map((head, i) => (
              <th key={i} scope="col" className="is-number">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, figure, bits, read }) => (
            <tr key={name}>
              <th scope="row">{named(name)}</th>
              <td className="is-number">{figure}</td>
              <td className="is-number">{atMost(bits)}</td>
              <td className="is-number">
                {tenthsOfPercent(read.recovery)}
                <span className="bundle-range">
                  {t("recoveryRange", { low: tenthsOfPercent(read.low), high: tenthsOfPercent(read.high) })}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="aside-note">{note}</p>
    </div>
  );
}
