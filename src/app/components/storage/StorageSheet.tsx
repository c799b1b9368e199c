import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceStorage, StoredItem } from "../../../sdk/storage.ts";
import { useDeviceStorage, type Kept, type OwnData } from "../../storage/useDeviceStorage.ts";
import { about, bytes } from "../../wording.ts";
import { Sheet, SheetSection } from "../sheet/Sheet.tsx";
import { Confirm } from "./Confirm.tsx";
import { KeepSafe, QuotaBar } from "./Quota.tsx";
import { Row } from "./Row.tsx";

interface Props {
  /** `src/sdk/storage.ts` has it. Must stay the same object from one rendering to the next, as `own` must. */
  readonly storage: DeviceStorage;
  readonly own: OwnData;
  /** Opens what servers were told: the ledger is not deleted here. */
  readonly onLedger: () => void;
  readonly onClose: () => void;
}

/** What is kept on this device, how large it is, and how to be rid of it. */
export function StorageSheet({ storage, own, onLedger, onClose }: Props) {
  const { t } = useTranslation("storage");
  const { view, reread } = useDeviceStorage(storage, own);
  const [said, setSaid] = useState({ sentence: "", times: 0 });
  const status = useRef<HTMLParagraphElement>(null);
  const say = (sentence: string) => setSaid(({ times }) => ({ sentence, times: times + 1 }));

  useEffect(() => {
    // The button that had the focus went with what it deleted.
    if (said.times > 0 && document.activeElement === document.body) status.current?.focus();
  }, [said]);

  const doing = (work: Promise<unknown>, sentence: string) => {
    work
      .then(
        () => say(sentence),
        () => say(t("failedDelete")),
      )
      .finally(reread);
  };
  return (
    <Sheet title={t("title")} className="storage" onClose={onClose}>
      {view.status === "reading" && <p className="aside-note">{t("reading")}</p>}
      {view.status === "failed" && (
        <p className="notice" role="alert">
          {t("failed")}
        </p>
      )}
      {view.status === "ready" && (
        <Contents
          kept={view.kept}
          persist={() => storage.persist()}
          onRemove={(item, title) => doing(storage.remove(item.id), t("gone", { title }))}
          onRemoveAll={() => doing(storage.removeAll(), t("allGone"))}
          onDeleteConversations={() => doing(own.deleteConversations(), t("gone", { title: t("conversations") }))}
          onLedger={onLedger}
        />
      )}
      <p ref={status} className="aside-note" role="status" tabIndex={-1}>
        {said.sentence}
      </p>
    </Sheet>
  );
}

interface ContentsProps {
  readonly kept: Kept;
  readonly persist: DeviceStorage["persist"];
  readonly onRemove: (item: StoredItem, title: string) => void;
  readonly onRemoveAll: () => void;
  readonly onDeleteConversations: () => void;
  readonly onLedger: () => void;
}

/** What is known, once it is. */
export function Contents(props: ContentsProps) {
  const { kept } = props;
  return (
    <>
      <QuotaBar used={kept.used} quota={kept.quota} />
      <Downloaded {...props} />
      <Own {...props} />
      <KeepSafe persisted={kept.persisted} persist={props.persist} />
    </>
  );
}

function Downloaded({ kept: { items }, onRemove, onRemoveAll }: ContentsProps) {
  const { t } = useTranslation("storage");
  const [asking, setAsking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const total = items.reduce((sum, each) => sum + each.bytes, 0);
  return (
    <SheetSection title={t("models")} note={items.length === 0 ? t("nothing") : t("modelsNote")}>
      <ul className="kept-list">
        {items.map((item) => {
          const { title, note, costs } = wordsOf(item, t);
          const notes = [note, item.whole ? "" : t("partly")].filter((each) => each !== "");
          return (
            <Row
              key={item.id}
              title={title}
              notes={notes}
              size={item.bytes}
              deletion={{ costs, onDelete: () => onRemove(item, title) }}
            />
          );
        })}
      </ul>
      {items.length > 1 && (
        <div className="sheet-actions">
          <button
            ref={button}
            type="button"
            className="button"
            aria-expanded={asking}
            onClick={() => setAsking(!asking)}
          >
            {t("deleteAll")}
          </button>
        </div>
      )}
      {asking && (
        <Confirm
          label={t("confirmAllLabel")}
          yes={t("sureAll")}
          onNo={() => {
            setAsking(false);
            button.current?.focus();
          }}
          onYes={() => {
            setAsking(false);
            onRemoveAll();
          }}
        >
          {t("costsAll", { size: bytes(total) })}
        </Confirm>
      )}
    </SheetSection>
  );
}

/** What an item is called, and what deleting it costs. */
function wordsOf(item: StoredItem, t: ReturnType<typeof useTranslation<"storage">>["t"]) {
  const size = bytes(item.bytes);
  switch (item.kind) {
    case "bundle":
      return item.title === ""
        ? { title: t("unknownBundle"), note: "", costs: t("costs", { size }) }
        : { title: item.title, note: "", costs: t("costsBundle", { size }) };
    case "runtime":
      return { title: t("runtime"), note: t("runtimeNote"), costs: t("costsRuntime", { size }) };
    case "shell":
      return { title: t("shell"), note: t("shellNote"), costs: t("costsShell") };
  }
}

function Own({ kept: { conversations, ledgerEntries }, onDeleteConversations, onLedger }: ContentsProps) {
  const { t } = useTranslation("storage");
  const many = (count: number) => ({ count, formatted: about(count) });
  return (
    <SheetSection title={t("yours")} note={t("yoursNote")}>
      <ul className="kept-list">
        {conversations !== null && (
          <Row
            title={t("conversations")}
            notes={[
              t("conversationsCount", many(conversations.count)),
              ...(conversations.unreadable > 0 ? [t("conversationsUnreadable", many(conversations.unreadable))] : []),
            ]}
            size={conversations.bytes}
            {...(conversations.count + conversations.unreadable > 0 && {
              deletion: {
                costs: t("costsConversations", {
                  ...many(conversations.count + conversations.unreadable),
                  size: bytes(conversations.bytes),
                }),
                onDelete: onDeleteConversations,
              },
            })}
          />
        )}
        {ledgerEntries !== null && (
          <Row title={t("ledger")} notes={[t("ledgerCount", many(ledgerEntries))]} size={null}>
            <button type="button" className="link-button" aria-haspopup="dialog" onClick={onLedger}>
              {t("ledgerOpen")}
            </button>
          </Row>
        )}
      </ul>
    </SheetSection>
  );
}
