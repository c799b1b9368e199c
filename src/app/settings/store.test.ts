import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { DEFAULTS, parseSettings } from "./settings.ts";
import { apiKeyOf, followTabs, KEY, settingsStore, type Place } from "./store.ts";

const SERVER = "https://example.invalid";

function memoryPlace(): Place & { readonly items: Map<string, string> } {
  const items = new Map<string, string>();
  return { items, getItem: (key) => items.get(key) ?? null, setItem: (key, value) => void items.set(key, value) };
}

const forbidden = (): Place => {
  throw new DOMException("no", "SecurityError");
};

describe("stored settings", () => {
  it("are the defaults where nothing is stored", () => {
    expect(settingsStore(memoryPlace).held().settings).toEqual(DEFAULTS);
  });

  it("come back after the page was closed", () => {
    const place = memoryPlace();
    settingsStore(() => place).update({ textSize: "large", maxTokens: 120 });
    expect(settingsStore(() => place).held().settings).toEqual({ ...DEFAULTS, textSize: "large", maxTokens: 120 });
  });

  it("lose a damaged field and no other", () => {
    const text = JSON.stringify({ temperature: 40, topP: 0.9, language: "tlh", keepConversations: false });
    const { temperature, topP, language, keepConversations } = parseSettings(text);
    expect({ temperature, topP, language, keepConversations }).toEqual({
      temperature: null,
      topP: 0.9,
      language: "auto",
      keepConversations: false,
    });
  });

  it("can be read whatever is stored", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseSettings(text)).toMatchObject({ welcomed: expect.any(Boolean) as boolean });
      }),
    );
  });

  it("leave what a newer version wrote as it is", () => {
    const place = memoryPlace();
    place.setItem(KEY, JSON.stringify({ fromTheFuture: 7 }));
    settingsStore(() => place).update({ welcomed: true });
    expect(JSON.parse(place.items.get(KEY) ?? "")).toMatchObject({ fromTheFuture: 7, welcomed: true });
  });

  it("hold until the page is closed where storage is forbidden, and say so", () => {
    const store = settingsStore(forbidden);
    store.update({ sendWith: "enter" });
    store.update({ welcomed: true });
    expect(store.held()).toMatchObject({ stored: false, settings: { sendWith: "enter", welcomed: true } });
  });

  it("hold, too, where storage is full", () => {
    const full: Place = {
      getItem: () => null,
      setItem() {
        throw new DOMException("full", "QuotaExceededError");
      },
    };
    const store = settingsStore(() => full);
    store.update({ textSize: "larger" });
    store.update({ welcomed: true });
    expect(store.held()).toMatchObject({ stored: false, settings: { textSize: "larger", welcomed: true } });
  });

  it("follow another tab, and do not undo what it set", () => {
    const place = memoryPlace();
    const [here, there] = [settingsStore(() => place), settingsStore(() => place)];
    const target = new EventTarget();
    const stop = followTabs(here, target);
    const heard = vi.fn();
    here.subscribe(heard);
    there.update({ textSize: "large" });
    target.dispatchEvent(Object.assign(new Event("storage"), { key: KEY }));
    expect(heard).toHaveBeenCalledOnce();
    expect(here.held().settings.textSize).toBe("large");
    there.update({ sendWith: "enter" });
    here.update({ welcomed: true });
    expect(here.held().settings).toMatchObject({ textSize: "large", sendWith: "enter", welcomed: true });
    stop();
  });

  it("ignore what other tabs write under other keys", () => {
    const store = settingsStore(memoryPlace);
    const target = new EventTarget();
    followTabs(store, target);
    const before = store.held();
    target.dispatchEvent(Object.assign(new Event("storage"), { key: "sotto-theme" }));
    expect(store.held()).toBe(before);
  });
});

describe("API keys", () => {
  it("stay in memory unless they are to be kept", () => {
    const place = memoryPlace();
    const store = settingsStore(() => place);
    store.setApiKey(SERVER, "sk-secret", false);
    expect(apiKeyOf(`${SERVER}/anything`, store.held())).toBe("sk-secret");
    expect([...place.items.values()].join()).not.toContain("sk-secret");
    store.setApiKey(SERVER, "sk-secret", true);
    expect(apiKeyOf(SERVER, settingsStore(() => place).held())).toBe("sk-secret");
  });

  it("that were kept and are now for this session alone leave the device", () => {
    const place = memoryPlace();
    const store = settingsStore(() => place);
    store.setApiKey(SERVER, "sk-old", true);
    store.setApiKey(SERVER, "sk-new", false);
    expect(apiKeyOf(SERVER, store.held())).toBe("sk-new");
    expect([...place.items.values()].join()).not.toContain("sk-");
  });

  it("are forgotten when told, for that server alone", () => {
    const place = memoryPlace();
    const store = settingsStore(() => place);
    store.setApiKey(SERVER, "sk-one", true);
    store.setApiKey("https://other.invalid", "sk-two", true);
    store.setApiKey(SERVER, null, false);
    expect(apiKeyOf(SERVER, store.held())).toBeUndefined();
    expect(apiKeyOf("https://other.invalid", store.held())).toBe("sk-two");
    expect([...place.items.values()].join()).not.toContain("sk-one");
  });

  it("are not among the settings", () => {
    const store = settingsStore(memoryPlace);
    store.setApiKey(SERVER, "sk-secret", true);
    expect(JSON.stringify(store.held().settings)).not.toContain("sk-secret");
  });
});
