import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useCustomProperty } from "../../hooks/useCustomProperty.ts";
import type { DeviceStorage } from "../../../sdk/storage.ts";
import type { Kept } from "../../storage/useDeviceStorage.ts";
import { bytes } from "../../wording.ts";
import { SheetSection } from "../sheet/Sheet.tsx";

/** How much room is used of what the browser allows, drawn. */
export function QuotaBar({ used, quota }: Pick<Kept, "used" | "quota">) {
  const { t } = useTranslation("storage");
  const bar = useRef<HTMLDivElement>(null);
  useCustomProperty(bar, "--share", String(quota === 0 ? 0 : Math.min(1, used / quota)));
  if (quota === 0) return null;
  const text = t("used", { used: bytes(used), quota: bytes(quota) });
  return (
    <div className="quota">
      <div
        ref={bar}
        className="bar"
        role="meter"
        aria-label={t("usedLabel")}
        aria-valuemin={0}
        aria-valuemax={quota}
        aria-valuenow={Math.min(used, quota)}
        aria-valuetext={text}
      />
      <p className="aside-note">{text}</p>
    </div>
  );
}

/** Whether the browser may delete all of this by itself, and the question to it not to. */
export function KeepSafe({
  persisted,
  persist,
}: {
  readonly persisted: boolean;
  readonly persist: DeviceStorage["persist"];
}) {
  const { t } = useTranslation("storage");
  const [answer, setAnswer] = useState<boolean | null>(null);
  const kept = persisted || answer === true;
  const ask = () => {
    persist().then(setAnswer, () => setAnswer(false));
  };
  return (
    <SheetSection title={t("keepSafe")} note={t("keepSafeNote")}>
      <div className="sheet-actions">
        {!kept && (
          <button type="button" className="button" onClick={ask}>
            {t("keepSafeAsk")}
          </button>
        )}
        <p className="aside-note" role="status">
          {kept ? t("kept") : answer === false ? t("notKept") : ""}
        </p>
      </div>
    </SheetSection>
  );
}
