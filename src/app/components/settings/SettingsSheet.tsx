import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { modifierKey } from "../../commands/keys.ts";
import { LANGUAGES } from "../../i18n/languages.ts";
import { languageFor, speakChosen } from "../../settings/apply.ts";
import { presetFor } from "../../settings/preset.ts";
import { MOST_TOKENS, type Settings, type TextSize } from "../../settings/settings.ts";
import { settings, useHeld } from "../../settings/store.ts";
import { chooseTheme, useThemeChoice, type Theme } from "../../theme.ts";
import { title } from "../../wording.ts";
import { Notice } from "../Notice.tsx";
import { Choice } from "../sheet/Choice.tsx";
import { Sheet, SheetSection } from "../sheet/Sheet.tsx";
import { ApiKeyForm } from "./ApiKeys.tsx";
import { NumberField } from "./NumberField.tsx";

interface Props {
  /** Names, in the bundle's order; none while no bundle is loaded. */
  readonly presets: readonly string[];
  /** Origins that a key can be given for. */
  readonly servers: readonly string[];
  readonly onClose: () => void;
}

/** Everything that can be set. Each change holds at once and is kept on this device. */
export function SettingsSheet({ presets, servers, onClose }: Props) {
  const { t } = useTranslation("settings");
  const { settings: now, stored } = useHeld();
  return (
    <Sheet title={t("title")} onClose={onClose}>
      {!stored && <Notice>{t("notStored")}</Notice>}
      <Appearance now={now} />
      <Writing now={now} presets={presets} />
      <Replies now={now} />
      <SheetSection title={t("device")}>
        <label className="sheet-check">
          <input
            type="checkbox"
            checked={now.keepConversations}
            onChange={(event) => settings.update({ keepConversations: event.currentTarget.checked })}
          />
          <span>
            {t("keep")} <span className="aside-note">{t("keepNote")}</span>
          </span>
        </label>
      </SheetSection>
      <SheetSection title={t("apiKeys")} note={t("apiKeysNote")}>
        {servers.map((server) => (
          <ApiKeyForm key={server} server={server} />
        ))}
      </SheetSection>
    </Sheet>
  );
}

function Appearance({ now }: { readonly now: Settings }) {
  const { t } = useTranslation("settings");
  const id = useId();
  const theme = useThemeChoice();
  const [failed, setFailed] = useState(false);
  const browsers = typeof navigator === "undefined" ? [] : navigator.languages;
  const own = LANGUAGES.find(({ tag }) => tag === languageFor("auto", browsers));

  const speak = (language: Settings["language"]) => {
    settings.update({ language });
    speakChosen(language).then(
      () => setFailed(false),
      () => setFailed(true),
    );
  };
  return (
    <SheetSection title={t("appearance")}>
      <Choice<Theme | "system">
        label={t("theme")}
        value={theme}
        options={[
          ["system", t("themeSystem")],
          ["light", t("themeLight")],
          ["dark", t("themeDark")],
        ]}
        onChange={chooseTheme}
      />
      <Choice<TextSize>
        label={t("textSize")}
        value={now.textSize}
        options={[
          ["normal", t("sizeNormal")],
          ["large", t("sizeLarge")],
          ["larger", t("sizeLarger")],
        ]}
        onChange={(textSize) => settings.update({ textSize })}
      />
      <div className="sheet-field">
        <label className="small-title" htmlFor={id}>
          {t("language")}
        </label>
        <select
          id={id}
          value={now.language}
          onChange={(event) => speak(LANGUAGES.find(({ tag }) => tag === event.currentTarget.value)?.tag ?? "auto")}
        >
          <option value="auto">{t("languageAuto", { name: own?.name ?? "" })}</option>
          {LANGUAGES.map(({ tag, name, direction }) => (
            <option key={tag} value={tag} lang={tag} dir={direction}>
              {name}
            </option>
          ))}
        </select>
        <p className="aside-note" role="status">
          {failed && t("languageFailed")}
        </p>
      </div>
    </SheetSection>
  );
}

function Writing({ now, presets }: { readonly now: Settings; readonly presets: readonly string[] }) {
  const { t } = useTranslation("settings");
  const preset = presetFor(now.preset, presets);
  return (
    <SheetSection title={t("writing")}>
      {preset !== null && (
        <>
          <Choice
            label={t("preset")}
            value={preset}
            options={presets.map((name) => [name, title(name)] as const)}
            onChange={(preset) => settings.update({ preset })}
          />
          <p className="aside-note">{t("presetNote")}</p>
        </>
      )}
      <Choice<Settings["sendWith"]>
        label={t("sendWith")}
        value={now.sendWith}
        options={[
          ["ctrl-enter", t("sendCtrl", { modifier: modifierKey() })],
          ["enter", t("sendEnter")],
        ]}
        onChange={(sendWith) => settings.update({ sendWith })}
      />
      <p className="aside-note">{t(now.sendWith === "enter" ? "sendEnterNote" : "sendCtrlNote")}</p>
      <label className="sheet-check">
        <input
          type="checkbox"
          checked={now.singleKeys}
          onChange={(event) => settings.update({ singleKeys: event.currentTarget.checked })}
        />
        <span>
          {t("singleKeys")} <span className="aside-note">{t("singleKeysNote")}</span>
        </span>
      </label>
    </SheetSection>
  );
}

const SAMPLING = { temperature: { least: 0, most: 2 }, topP: { least: 0, most: 1 } } as const;

function Replies({ now }: { readonly now: Settings }) {
  const { t } = useTranslation("settings");
  return (
    <SheetSection title={t("replies")} note={t("repliesNote")}>
      <NumberField
        label={t("maxTokens")}
        wrong={t("maxTokensWrong", { most: MOST_TOKENS })}
        value={now.maxTokens}
        bounds={{ least: 1, most: MOST_TOKENS, whole: true }}
        onChange={(maxTokens) => settings.update({ maxTokens })}
      />
      <details>
        <summary>{t("advanced")}</summary>
        <div className="settings-advanced">
          <NumberField
            label={t("temperature")}
            note={t("temperatureNote")}
            wrong={t("temperatureWrong")}
            value={now.temperature}
            bounds={SAMPLING.temperature}
            onChange={(temperature) => settings.update({ temperature })}
          />
          <NumberField
            label={t("topP")}
            note={t("topPNote")}
            wrong={t("topPWrong")}
            value={now.topP}
            bounds={SAMPLING.topP}
            onChange={(topP) => settings.update({ topP })}
          />
        </div>
      </details>
    </SheetSection>
  );
}
