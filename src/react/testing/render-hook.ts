/** A hook run by React itself, in a component that shows nothing: as much of a document as React asks for then. For tests alone. */
import { act, createElement, StrictMode } from "react";
import { createRoot, type Container } from "react-dom/client";

export interface RenderedHook<P, R> {
  /** What the hook returned at the last rendering. */
  current(): R;
  rerender(props: P): Promise<void>;
  unmount(): Promise<void>;
}

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}

/** Render in strict mode, which mounts everything twice. */
export async function renderHook<P extends object, R>(hook: (props: P) => R, props: P): Promise<RenderedHook<P, R>> {
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  globalThis.window ??= { event: undefined, HTMLIFrameElement: class {} } as unknown as Window & typeof globalThis;
  let last: { readonly returned: R } | null = null;
  function Component(given: P): null {
    last = { returned: hook(given) };
    return null;
  }
  const root = createRoot(container());
  const render = (given: P) =>
    act(async () => {
      root.render(createElement(StrictMode, null, createElement(Component, given)));
    });
  await render(props);
  return {
    current: () => {
      if (last === null) throw new Error("the hook has not run");
      return last.returned;
    },
    rerender: render,
    unmount: () =>
      act(async () => {
        root.unmount();
      }),
  };
}

/** An element that takes listeners and has no children. */
function container(): Container {
  const listens = { addEventListener: () => undefined, removeEventListener: () => undefined };
  const ownerDocument = { nodeType: 9, ...listens };
  return {
    nodeType: 1,
    nodeName: "DIV",
    tagName: "DIV",
    ownerDocument,
    textContent: "",
    ...listens,
  } as unknown as Container;
}
