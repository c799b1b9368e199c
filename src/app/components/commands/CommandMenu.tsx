import { lazy, Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Command } from "../../commands/commands.ts";

const CommandList = lazy(() => import("./CommandList.tsx"));

interface Props {
  readonly commands: readonly Command[];
  readonly onClose: () => void;
}

/** What can be done now, to be searched and chosen; the menu closes first, so that the command finds the focus where it was. */
export function CommandMenu({ commands, onClose }: Props) {
  const { t } = useTranslation("commands");
  const dialog = useRef<HTMLDialogElement>(null);
  const chosen = useRef<Command | null>(null);
  useEffect(() => {
    if (dialog.current?.open !== false) return;
    dialog.current.showModal();
    // Where the list had been loaded before, its field asked for the focus while the dialog was still closed.
    dialog.current.querySelector("input")?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="command-menu"
      aria-label={t("menu")}
      onClose={(event) => {
        if (event.target !== event.currentTarget) return;
        onClose();
        chosen.current?.run();
      }}
      onClick={(event) => event.target === event.currentTarget && event.currentTarget.close()}
    >
      <Suspense fallback={<p className="command-empty">{t("loading")}</p>}>
        <CommandList
          commands={commands.filter(({ when, id }) => when && id !== "menu")}
          onChoose={(command) => {
            chosen.current = command;
            dialog.current?.close();
          }}
        />
      </Suspense>
    </dialog>
  );
}
