import { describe, expect, it } from "vitest";
import { ensureChromium, locateChromium, usualPlaces, type Machine } from "./find-chromium.ts";

interface Staged extends Machine {
  readonly files: Set<string>;
  readonly ran: string[];
  readonly said: string[];
}

/** A machine where these files exist; `run` answers by the command line, and may put files in place. */
function machine(staged: {
  files?: string[];
  env?: Record<string, string>;
  platform?: NodeJS.Platform;
  root?: boolean;
  run?: (line: string, files: Set<string>) => boolean;
}): Staged {
  const files = new Set(staged.files ?? []);
  const ran: string[] = [];
  const said: string[] = [];
  return {
    files,
    ran,
    said,
    platform: staged.platform ?? "linux",
    env: { PATH: "/usr/local/bin:/usr/bin", ...staged.env },
    root: staged.root ?? false,
    playwrightChromium: "/cache/chromium",
    isExecutable: (path) => files.has(path),
    run: (command, args) => {
      const line = [command, ...args].join(" ");
      ran.push(line);
      return staged.run?.(line, files) ?? true;
    },
    say: (line) => said.push(line),
  };
}

const noSuchHost = () => false;

describe("locating a Chromium", () => {
  it("takes CHROME_PATH before anything else", () => {
    const staged = machine({ files: ["/mine", "/usr/bin/chromium"], env: { CHROME_PATH: "/mine" } });
    expect(locateChromium(staged)).toBe("/mine");
  });

  it("says so and looks on where CHROME_PATH does not start", () => {
    const staged = machine({ files: ["/usr/bin/chromium"], env: { CHROME_PATH: "/gone" } });
    expect(locateChromium(staged)).toBe("/usr/bin/chromium");
    expect(staged.said.join()).toContain("/gone");
  });

  it("passes over a program that is there but does not start", () => {
    const staged = machine({
      files: ["/usr/bin/chromium-browser", "/cache/chromium"],
      run: (line) => !line.startsWith("/usr/bin/chromium-browser"),
    });
    expect(locateChromium(staged)).toBe("/cache/chromium");
  });

  it("finds the applications of macOS, in the person's own folder too", () => {
    const path = "/Users/p/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
    expect(locateChromium(machine({ platform: "darwin", files: [path], env: { HOME: "/Users/p" } }))).toBe(path);
  });

  it("finds Edge on Windows without running it, because --version would open a window", () => {
    const path = "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe";
    const env = { PROGRAMFILES: "C:\\Program Files", "PROGRAMFILES(X86)": "C:\\Program Files (x86)" };
    const staged = machine({ platform: "win32", files: [path], env });
    expect(locateChromium(staged)).toBe(path);
    expect(staged.ran).toEqual([]);
  });

  it("never looks in a relative directory of PATH", () => {
    const places = usualPlaces(machine({ env: { PATH: ".:bin:/usr/bin" } }));
    expect(places.every((place) => place.startsWith("/"))).toBe(true);
  });

  it("finds nothing on a bare machine, and installs nothing", () => {
    const staged = machine({});
    expect(locateChromium(staged)).toBeNull();
    expect(staged.ran).toEqual([]);
  });
});

describe("getting a Chromium", () => {
  it("installs nothing where there is one", () => {
    const staged = machine({ files: ["/usr/bin/chromium"] });
    expect(ensureChromium(staged)).toBe("/usr/bin/chromium");
    expect(staged.ran).toEqual(["/usr/bin/chromium --version"]);
  });

  it("takes Playwright's download where there is none", () => {
    const staged = machine({
      run: (line, files) => {
        if (line.endsWith("install chromium")) files.add("/cache/chromium");
        return true;
      },
    });
    expect(ensureChromium(staged)).toBe("/cache/chromium");
  });

  it("falls back to apt as root", () => {
    const staged = machine({
      root: true,
      files: ["/usr/bin/apt-get"],
      run: (line, files) => {
        if (line.includes("cli.js")) return false;
        if (line.includes("apt-get") && line.includes(" install ")) files.add("/usr/bin/chromium");
        return true;
      },
    });
    expect(ensureChromium(staged)).toBe("/usr/bin/chromium");
    const apt = staged.ran.filter((line) => line.startsWith("/usr/bin/apt-get"));
    expect(apt.map((line) => line.includes(" update"))).toEqual([true, false]);
  });

  it("falls back to apt where Playwright's download does not start", () => {
    const staged = machine({
      root: true,
      files: ["/usr/bin/apt-get"],
      run: (line, files) => {
        if (line.endsWith("install chromium") && line.includes("cli.js")) files.add("/cache/chromium");
        if (line.includes("apt-get") && line.includes(" install ")) files.add("/usr/bin/chromium");
        return !line.startsWith("/cache/chromium");
      },
    });
    expect(ensureChromium(staged)).toBe("/usr/bin/chromium");
  });

  it("does not touch apt without being root", () => {
    const staged = machine({ files: ["/usr/bin/apt-get"], run: noSuchHost });
    expect(() => ensureChromium(staged)).toThrow();
    expect(staged.ran.some((line) => line.includes("apt-get"))).toBe(false);
  });

  it("says how to go on where nothing works", () => {
    const staged = machine({ root: true, files: ["/usr/bin/apt-get"], run: noSuchHost });
    expect(() => ensureChromium(staged)).toThrow(/CHROME_PATH/);
  });
});
