import "../../i18n/i18n.ts";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { DeviceStorage, StoredItem } from "../../../sdk/storage.ts";
import { readKept, type Kept, type OwnData } from "../../storage/useDeviceStorage.ts";
import { Confirm } from "./Confirm.tsx";
import { Contents } from "./StorageSheet.tsx";

const nothing = () => undefined;
const bundle: StoredItem = {
  id: "bundle:https://example.invalid/demo-stories",
  kind: "bundle",
  title: "Simple stories",
  server: "https://example.invalid",
  bytes: 2_400_000,
  whole: true,
  files: [],
};
const items: StoredItem[] = [
  bundle,
  { ...bundle, id: "bundle:other", title: "Half a model", bytes: 500_000, whole: false },
  { ...bundle, id: "runtime", kind: "runtime", title: "", server: null, bytes: 12_900_000 },
  { ...bundle, id: "shell", kind: "shell", title: "", server: null, bytes: 600_000 },
];
const all: Kept = {
  items,
  used: 20_000_000,
  quota: 80_000_000,
  persisted: false,
  conversations: { count: 3, bytes: 40_000, unreadable: 1 },
  ledgerEntries: 1,
};

const markup = (kept: Partial<Kept> = {}) =>
  renderToStaticMarkup(
    <Contents
      kept={{ ...all, ...kept }}
      persist={() => Promise.resolve(true)}
      onRemove={nothing}
      onRemoveAll={nothing}
      onDeleteConversations={nothing}
      onLedger={nothing}
    />,
  );
const words = (text: string) => text.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

describe("what is kept on this device", () => {
  it("is each named with its size, and what is not whole says so", () => {
    const said = words(markup());
    expect(said).toMatch(/Simple stories 2\.4 MB/);
    expect(said).toMatch(/Half a model partly downloaded 500 kB/);
    expect(said).toMatch(/Runtime What computes the noise 12\.9 MB/);
    expect(said).toMatch(/The page itself So that it opens without a network 600 kB/);
  });

  it("is measured against what the browser allows", () => {
    expect(markup()).toMatch(/role="meter"[^>]*aria-valuemax="80000000" aria-valuenow="20000000"/);
    expect(words(markup())).toContain("20.0 MB of 80.0 MB that this browser allows");
    expect(markup({ quota: 0 })).not.toContain('role="meter"');
  });

  it("has a button to delete each, named by what it deletes", () => {
    for (const title of ["Simple stories", "Runtime", "The page itself", "Conversations"]) {
      expect(markup()).toContain(`aria-label="Delete ${title}"`);
    }
  });

  it("has no button to delete the ledger, and one that opens it", () => {
    expect(markup()).not.toContain('aria-label="Delete Ledger"');
    expect(words(markup())).toContain("Ledger 1 entry What servers were told");
  });

  it("counts the conversations, and what of them cannot be read", () => {
    expect(words(markup())).toContain("3 conversations 1 that cannot be read 40 kB");
    const none = markup({ conversations: { count: 0, bytes: 0, unreadable: 0 } });
    expect(none).not.toContain('aria-label="Delete Conversations"');
  });

  it("says that nothing is kept, where nothing is", () => {
    expect(words(markup({ items: [] }))).toContain("Nothing is kept here yet.");
    expect(markup({ items: [] })).not.toContain("Delete all");
  });

  it("asks the browser to keep it only where it has not promised to", () => {
    expect(markup()).toContain("Ask the browser to keep it");
    expect(markup({ persisted: true })).not.toContain("Ask the browser to keep it");
    expect(words(markup({ persisted: true }))).toContain("The browser has promised to keep it.");
  });

  it("has no inline styles", () => {
    expect(markup()).not.toMatch(/\sstyle="|<style/);
  });
});

describe("the question before deleting", () => {
  it("says what it costs, offers to keep it first, and names what goes", () => {
    const html = renderToStaticMarkup(
      <Confirm label="Delete Runtime?" yes="Yes, delete Runtime" onYes={nothing} onNo={nothing}>
        The next start downloads 12.9 MB again.
      </Confirm>,
    );
    expect(html).toMatch(/role="group" aria-label="Delete Runtime\?"/);
    expect(words(html)).toBe(" The next start downloads 12.9 MB again. Cancel Yes, delete Runtime ");
  });
});

describe("reading what is kept", () => {
  const storage: DeviceStorage = {
    list: () => Promise.resolve(items),
    remove: () => Promise.resolve(),
    removeAll: () => Promise.resolve(),
    usage: () => Promise.resolve({ used: 1, quota: 2, persisted: true }),
    persist: () => Promise.resolve(true),
  };
  const own: OwnData = {
    conversations: () => Promise.reject(new Error("no")),
    deleteConversations: () => Promise.resolve(),
    ledgerEntries: () => Promise.resolve(4),
  };

  it("hides nothing else where one part cannot be read", async () => {
    expect(await readKept(storage, own)).toEqual({
      items,
      used: 1,
      quota: 2,
      persisted: true,
      conversations: null,
      ledgerEntries: 4,
    });
  });
});
