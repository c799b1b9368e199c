import { useCallback, useState } from "react";
import { settings, useSettings } from "../settings/store.ts";

/** Whether the introduction is shown: at the first visit, and when it is asked for again. */
export function useWelcome(): { readonly open: boolean; readonly show: () => void; readonly done: () => void } {
  const { welcomed } = useSettings();
  const [asked, setAsked] = useState(false);
  return {
    open: asked || !welcomed,
    show: useCallback(() => setAsked(true), []),
    done: useCallback(() => {
      setAsked(false);
      settings.update({ welcomed: true });
    }, []),
  };
}
