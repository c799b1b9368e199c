import { describe, expect, it, vi } from "vitest";
import { SottoError } from "../../sdk/index.node.ts";
import { fakeClassifier } from "../testing/fake-classifier.ts";
import { askAgain, releaseAndAsk } from "./asking.ts";
import { initialAsk, reduceAsk, type AskAction, type AskState } from "./state.ts";

const question = { id: 1, text: "Where is my card?", preset: "strict" };

/** A state that actions change, beginning with the question as it is asked. */
function asked() {
  let state: AskState = reduceAsk(initialAsk, { type: "asked", ...question });
  const dispatch = (action: AskAction) => {
    state = reduceAsk(state, action);
  };
  return { dispatch, question: () => state.question! };
}

const busy = () => new SottoError("server_busy", "Busy.");
const sending = (options = {}, controller = new AbortController()) => ({
  classifier: fakeClassifier(options),
  apiKey: undefined,
  signal: controller.signal,
});

describe("a question on its way", () => {
  it("is released and answered", async () => {
    const { dispatch, question: now } = asked();
    await releaseAndAsk(sending(), question, dispatch);
    expect(now()).toMatchObject({ sends: 1, phase: { step: "answered" } });
  });

  it("that failed goes again as the same release", async () => {
    const { dispatch, question: now } = asked();
    const way = sending({ failures: [busy()] });
    const released = vi.spyOn(way.classifier, "release");
    const sent = vi.spyOn(way.classifier, "send");
    await releaseAndAsk(way, question, dispatch);
    expect(now().phase).toMatchObject({ step: "failed", failure: { code: "server_busy" } });
    await askAgain(way, now(), now().release!, dispatch);
    expect(now()).toMatchObject({ sends: 2, phase: { step: "answered" } });
    expect(released).toHaveBeenCalledTimes(1);
    expect(sent.mock.calls[1]![0]).toBe(sent.mock.calls[0]![0]);
  });

  it("that could not be drawn says why, and nothing was sent", async () => {
    const { dispatch, question: now } = asked();
    const way = sending();
    vi.spyOn(way.classifier, "release").mockRejectedValue(new SottoError("engine_closed", "Gone."));
    const sent = vi.spyOn(way.classifier, "send");
    await releaseAndAsk(way, question, dispatch);
    expect(now()).toMatchObject({ release: null, phase: { step: "failed", failure: { code: "engine_closed" } } });
    expect(sent).not.toHaveBeenCalled();
  });

  it("that was stopped and then refused by the ledger was not sent", async () => {
    const { dispatch, question: now } = asked();
    const controller = new AbortController();
    const way = sending({}, controller);
    vi.spyOn(way.classifier, "send").mockImplementation(async () => {
      controller.abort();
      throw new SottoError("budget_exceeded", "Beyond.");
    });
    await releaseAndAsk(way, question, dispatch);
    expect(now()).toMatchObject({ release: null, sends: 0, phase: { failure: { code: "budget_exceeded" } } });
  });

  it("can be stopped while it is drawn, and while it is answered", async () => {
    const drawing = asked();
    const controller = new AbortController();
    const way = sending({}, controller);
    vi.spyOn(way.classifier, "release").mockReturnValue(new Promise(() => undefined));
    const drawn = releaseAndAsk(way, question, drawing.dispatch);
    controller.abort();
    await drawn;
    expect(drawing.question()).toMatchObject({ release: null, phase: { failure: { code: "aborted" } } });

    const answering = asked();
    const second = new AbortController();
    const other = sending({}, second);
    vi.spyOn(other.classifier, "send").mockImplementation(async () => {
      second.abort();
      throw new SottoError("aborted", "Stopped.");
    });
    await releaseAndAsk(other, question, answering.dispatch);
    expect(answering.question().phase.step).toBe("stopped");
    expect(answering.question().release).not.toBeNull();
  });
});
