/**
 * A Chromium for the end-to-end tests: CHROME_PATH, then the usual places, then installed by what the machine offers.
 * Run as a script it says what it does and ends with the path; as a module it gives playwright.config.ts the same answer.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { posix, win32 } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

/** What the search asks of the machine; the tests answer in its place. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly root: boolean;
  /** Where Playwright would keep its own Chromium. */
  readonly playwrightChromium: string;
  isExecutable(path: string): boolean;
  /** Run to the end or to the time limit (ms); true for exit status 0. */
  run(command: string, args: readonly string[], limit: number, output: "show" | "hide"): boolean;
  say(line: string): void;
}

const second = 1000;
const minute = 60 * second;

const commands = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser", "microsoft-edge"];

const macApplications = [
  "Google Chrome.app/Contents/MacOS/Google Chrome",
  "Chromium.app/Contents/MacOS/Chromium",
  "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

const windowsPrograms = ["Google\\Chrome\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"];

/** Paths where a Chromium may be, most wanted first. Nothing is said about whether it is there. */
export function usualPlaces({ platform, env, playwrightChromium }: Machine): string[] {
  const places = [];
  if (platform === "win32") {
    const roots = [env["PROGRAMFILES"], env["PROGRAMFILES(X86)"], env["LOCALAPPDATA"]];
    for (const program of windowsPrograms) {
      for (const root of roots) if (root) places.push(win32.join(root, program));
    }
  } else {
    if (platform === "darwin") {
      const roots = ["/Applications", ...(env["HOME"] ? [posix.join(env["HOME"], "Applications")] : [])];
      for (const application of macApplications) places.push(...roots.map((root) => posix.join(root, application)));
    }
    const directories = (env["PATH"] ?? "").split(":").filter((directory) => posix.isAbsolute(directory));
    for (const command of commands) places.push(...directories.map((directory) => posix.join(directory, command)));
    if (platform === "linux") places.push("/opt/google/chrome/chrome", "/snap/bin/chromium");
  }
  return [...places, playwrightChromium].filter((place) => place !== "");
}

/**
 * Is there a browser at that path that starts? A file alone proves nothing: /usr/bin/chromium-browser can be a note that
 * asks for a snap. On Windows --version opens a window, so there the file must do.
 */
function works(machine: Machine, path: string): boolean {
  if (!machine.isExecutable(path)) return false;
  return machine.platform === "win32" || machine.run(path, ["--version"], 30 * second, "hide");
}

/** The path of a Chromium that starts, or null. Installs nothing. */
export function locateChromium(machine: Machine): string | null {
  const wanted = machine.env["CHROME_PATH"];
  if (wanted) {
    if (works(machine, wanted)) return wanted;
    machine.say(`CHROME_PATH is ${wanted}, and that does not start. Looking elsewhere.`);
  }
  return usualPlaces(machine).find((place) => works(machine, place)) ?? null;
}

/** Each way to get one: what to say, and whether the commands went through. */
function installers(machine: Machine): { title: string; install: () => boolean }[] {
  const playwright = fileURLToPath(import.meta.resolve("@playwright/test/cli"));
  const ways = [
    {
      title: "Installing Playwright's Chromium",
      install: () => machine.run(process.execPath, [playwright, "install", "chromium"], 5 * minute, "show"),
    },
  ];
  if (machine.platform === "linux" && machine.root && machine.isExecutable("/usr/bin/apt-get")) {
    const apt = (...args: string[]) => machine.run("/usr/bin/apt-get", ["-q", "-y", ...args], 5 * minute, "show");
    ways.push({
      title: "Installing the system's chromium with apt-get",
      install: () => apt("update") && apt("install", "--no-install-recommends", "chromium"),
    });
  }
  return ways;
}

/**
 * The path of a Chromium that starts, installing one where there is none.
 * @throws Error that says what was tried and what to do
 */
export function ensureChromium(machine: Machine): string {
  const found = locateChromium(machine);
  if (found !== null) return found;
  machine.say("No Chromium in the usual places.");
  for (const { title, install } of installers(machine)) {
    machine.say(`${title} ...`);
    const installed = install() ? locateChromium(machine) : null;
    if (installed !== null) return installed;
    machine.say(`${title} did not give one that starts.`);
  }
  throw new Error(
    "The end-to-end tests need a Chromium, and none could be found or installed. " +
      "Install Chrome, Chromium or Edge, or set CHROME_PATH to the program, and try again.",
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export const thisMachine: Machine = {
  platform: process.platform,
  env: process.env,
  root: process.getuid?.() === 0,
  playwrightChromium: chromium.executablePath(),
  isExecutable,
  run: (command, args, limit, output) =>
    spawnSync(command, args, {
      timeout: limit,
      stdio: output === "show" ? "inherit" : "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0,
  say: (line) => console.log(line),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(`Chromium: ${ensureChromium(thisMachine)}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
