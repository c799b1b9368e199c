import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Client, Release } from "../../../sdk/types.ts";
import { useLeak } from "../../hooks/useLeak.ts";
import type { Message } from "../../state.ts";
import { Result } from "./Result.tsx";
import { leakAnnouncement, Run } from "./Run.tsx";

interface Props {
  readonly client: Client;
  readonly release: Release;
  readonly of: Message;
}

/**
 * After sending, on request: what could be read of the one draw that left. It has no actions: levels that are chosen by what
 * they show would no longer be the ones the bounds are proved for.
 */
export function Receipt({ client, release, of }: Props) {
  const { t } = useTranslation("leak");
  const { state, start, stop } = useLeak();
  const [open, setOpen] = useState(false);
  const body = useId();
  const read = () => start(of, (signal) => client.receipt(release, { signal }));
  return (
    <details
      className="disclosure receipt"
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
        if (event.currentTarget.open && (state.status === "closed" || state.status === "stopped")) read();
      }}
    >
      <summary aria-controls={body}>{t("receipt")}</summary>
      <div className="leak-body" id={body}>
        {open && (
          <>
            <Run state={state} onStop={stop} onAgain={read} />
            {state.status === "stopped" && (
              <button type="button" className="button" autoFocus onClick={read}>
                {t("readAgain")}
              </button>
            )}
            {state.shown !== null && (
              <Result
                manifest={client.bundle}
                of={of}
                reading={state.shown.reading}
                stale={false}
                finished={state.status === "done"}
              />
            )}
            {state.shown !== null && <p className="aside-note">{t("ofOneDraw")}</p>}
            <p className="visually-hidden" role="status">
              {leakAnnouncement(state)}
            </p>
          </>
        )}
      </div>
    </details>
  );
}
