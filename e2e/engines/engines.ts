/** Browsers of other makers, and the programs by which WebDriver speaks to each. Looks for them on this machine; installs nothing. */
import { accessSync, constants, readdirSync } from "node:fs";
import { join } from "node:path";

/** A program an engine cannot be run without. */
interface Part {
  readonly name: string;
  /** Environment variable that says where it is. */
  readonly variable: string;
  /** Names on the PATH, then absolute paths. */
  readonly places: readonly string[];
  /** How to get it. */
  readonly hint: string;
}

/** An engine that is all there. */
export interface Found {
  readonly name: string;
  readonly browser: string;
  readonly driver: string;
  /** Of a virtual screen, where the browser needs one and there is none. */
  readonly screen: string | null;
  readonly capabilities: Record<string, unknown>;
}

/** An engine and what of it this machine lacks. */
export interface Missing {
  readonly name: string;
  readonly missing: readonly string[];
}

/** Debian and Fedora keep MiniBrowser with the library, under the library's version. */
function miniBrowsers(): string[] {
  return ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib", "/usr/lib64", "/usr/libexec"].flatMap(
    (lib) =>
      namesIn(lib)
        .filter((name) => name.startsWith("webkit2gtk-") || name.startsWith("webkitgtk-"))
        .sort()
        .reverse()
        .map((name) => join(lib, name, "MiniBrowser")),
  );
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const firefox: Part = {
  name: "Firefox",
  variable: "FIREFOX_PATH",
  places: ["firefox", "firefox-esr", "/Applications/Firefox.app/Contents/MacOS/firefox"],
  hint: "Debian: apt-get install firefox-esr",
};
const geckodriver: Part = {
  name: "geckodriver",
  variable: "GECKODRIVER_PATH",
  places: ["geckodriver"],
  hint: "cargo install geckodriver, or Mozilla's builds of it",
};
const miniBrowser: Part = {
  name: "MiniBrowser of WebKitGTK",
  variable: "MINIBROWSER_PATH",
  places: miniBrowsers(),
  hint: "Debian: apt-get install libwebkit2gtk-4.1-0",
};
const webKitDriver: Part = {
  name: "WebKitWebDriver",
  variable: "WEBKITDRIVER_PATH",
  places: ["WebKitWebDriver"],
  hint: "Debian: apt-get install webkit2gtk-driver",
};
const xvfb: Part = { name: "Xvfb", variable: "XVFB_PATH", places: ["Xvfb"], hint: "Debian: apt-get install xvfb" };

type Environment = Readonly<Record<string, string | undefined>>;

/** What there is of each engine. Firefox has a mode without a screen; WebKitGTK needs one, real or virtual. */
export function findEngines(env: Environment): (Found | Missing)[] {
  const screened = env["DISPLAY"] !== undefined || env["WAYLAND_DISPLAY"] !== undefined;
  return [
    engine(env, "Firefox", firefox, geckodriver, null, (binary) => ({
      browserName: "firefox",
      "moz:firefoxOptions": { binary, args: ["-headless"] },
    })),
    engine(env, "WebKitGTK", miniBrowser, webKitDriver, screened ? null : xvfb, (binary) => ({
      browserName: "MiniBrowser",
      "webkitgtk:browserOptions": { binary, args: ["--automation"] },
    })),
  ];
}

function engine(
  env: Environment,
  name: string,
  browser: Part,
  driver: Part,
  screen: Part | null,
  capabilities: (browser: string) => Record<string, unknown>,
): Found | Missing {
  const parts = [browser, driver, ...(screen === null ? [] : [screen])];
  const places = parts.map((part) => locate(env, part));
  const missing = parts.filter((_, i) => places[i] === null).map((part) => `${part.name} (${part.hint})`);
  const [browserAt, driverAt, screenAt = null] = places;
  if (missing.length > 0 || browserAt == null || driverAt == null) return { name, missing };
  return { name, browser: browserAt, driver: driverAt, screen: screenAt, capabilities: capabilities(browserAt) };
}

function locate(env: Environment, part: Part): string | null {
  const wanted = env[part.variable];
  const folders = (env["PATH"] ?? "").split(":").filter((folder) => folder !== "");
  const places = part.places.flatMap((place) =>
    place.startsWith("/") ? [place] : folders.map((folder) => join(folder, place)),
  );
  return [...(wanted === undefined ? [] : [wanted]), ...places].find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
