/**
 * `npm run test:pack`: the package as a stranger has it. Packs it, puts the tarball into a fresh project for each of examples/, with nothing
 * beside it but the packages that it and the project name, compiles and builds them, and runs them against a server: the Node ones in
 * Node, the pages in Chromium, built, and served by Vite as they are while they are written. It needs no network: packages are taken
 * from this repository's node_modules.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium, type Page, type Request } from "@playwright/test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { locateChromium, thisMachine } from "./find-chromium.ts";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const repository = join(import.meta.dirname, "..");
const root = realpathSync(mkdtempSync(join(tmpdir(), "sotto-pack-")));
const children: ChildProcess[] = [];

try {
  const unpacked = pack();
  await lintPackage();
  const server = await started(process.execPath, [join(unpacked, "dist/node/sotto.js"), "serve", "--port", "0"], root);
  await nodeExample(server);
  await pageExample("openai-shaped", server, useOpenAiShaped);
  await pageExample("react-chat", server, useReactChat);
  console.log("The package works in all examples.");
} finally {
  for (const child of children) child.kill();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

/** The package unpacked, in a folder from which its dependencies are found. */
function pack(): string {
  const [report] = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", root], repository)) as [
    { filename: string; files: { path: string }[]; unpackedSize: number; size: number },
  ];
  const stray = report.files.filter(({ path }) =>
    /\.map$|\.test\.|^(docs|src|e2e|bench|examples|scripts)\//.test(path),
  );
  if (stray.length > 0) throw new Error(`The package holds ${stray.map(({ path }) => path).join(", ")}.`);
  console.log(`${report.filename}: ${report.files.length} files, ${megabytes(report.size)} packed.`);
  return install(join(root, "server"), join(root, report.filename), {});
}

/** A fresh project's node_modules: the tarball, and what it and the project say they need. */
function install(project: string, tarball: string, own: Manifest): string {
  const modules = join(project, "node_modules");
  const sotto = join(modules, "sotto");
  mkdirSync(sotto, { recursive: true });
  run("tar", ["-xzf", tarball, "--strip-components=1", "-C", sotto], project);
  const { dependencies } = manifestOf(sotto);
  // Vite's server gives out files below the project alone, and a link is where it leads to: this one a page asks for.
  const copied = "onnxruntime-web";
  const needs = manifestOf(join(repository, "node_modules", copied)).dependencies;
  for (const name of Object.keys({ ...dependencies, ...needs, ...own.dependencies, ...own.devDependencies })) {
    if (name === "sotto") continue;
    const [from, to] = [realpathSync(join(repository, "node_modules", name)), join(modules, name)];
    mkdirSync(dirname(to), { recursive: true });
    if (name === copied) cpSync(from, to, { recursive: true });
    else symlinkSync(from, to, "junction");
  }
  return sotto;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

function project(name: string): string {
  const folder = join(root, name);
  cpSync(join(repository, "examples", name), folder, { recursive: true });
  const tarball = run("ls", [root], root)
    .split("\n")
    .find((file) => file.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("nothing was packed");
  install(folder, join(root, tarball), manifestOf(folder));
  return folder;
}

async function lintPackage(): Promise<void> {
  const { messages, pkg } = await publint({ pkgDir: repository, pack: false, strict: true });
  for (const message of messages) console.log(formatMessage(message, pkg ?? {}));
  if (messages.some(({ type }) => type !== "suggestion")) throw new Error("publint has objections.");
}

async function nodeExample(server: string): Promise<void> {
  const folder = project("node-stream");
  const text = "The little fox ran home because";
  const environment = { ...process.env, SOTTO_SERVER: server, SOTTO_LEDGER: join(folder, "ledger.jsonl") };
  // Twice: the second time with what the first one kept.
  for (const kept of [false, true]) {
    if (existsSync(join(folder, ".sotto-cache")) !== kept) throw new Error("The bundle's files were not kept.");
    const { stdout, stderr, status } = spawnSync(process.execPath, ["main.js", text], {
      cwd: folder,
      env: environment,
      encoding: "utf8",
    });
    if (status !== 0 || !stdout.startsWith(text) || stdout.trim().length <= text.length) {
      throw new Error(`node-stream said: ${stdout}${stderr}`);
    }
    console.log(`node-stream: ${stdout.trim()}`);
  }
  const rows = readFileSync(join(folder, "ledger.jsonl"), "utf8");
  if (!rows.includes('"kind":"release"')) throw new Error("Nothing was written to the ledger.");
}

async function pageExample(name: string, server: string, use: (page: Page) => Promise<string>): Promise<void> {
  const folder = project(name);
  const bin = (file: string) => join(repository, "node_modules", file);
  run(process.execPath, [bin("typescript/bin/tsc")], folder);
  run(process.execPath, [bin("vite/bin/vite.js"), "build", "--logLevel", "warn"], folder);
  for (const [way, args] of [
    ["built", ["preview", "--port", "0"]],
    ["dev", ["--port", "0"]],
  ] as const) {
    const address = await started(process.execPath, [bin("vite/bin/vite.js"), ...args], folder, {
      SOTTO_SERVER: server,
      NO_COLOR: "1",
    });
    console.log(`${name}, ${way}: ${await inChromium(address, server, use)}`);
  }
}

/** What the example says, and whether it sent the text anywhere. */
async function inChromium(address: string, server: string, use: (page: Page) => Promise<string>): Promise<string> {
  const executablePath = locateChromium(thisMachine);
  if (executablePath === null) throw new Error("No Chromium: run `npx tsx scripts/find-chromium.ts` first.");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    const foreign: string[] = [];
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith("http") && ![new URL(address).origin, server].includes(origin)) foreign.push(origin);
      if (request.postData()?.includes("fox") === true) foreign.push("the text");
    });
    await page.goto(address);
    const said = await use(page).catch(async (error: unknown) => {
      const shown = await page.locator("body").innerText();
      throw new Error(`${String(error)}\nThe page: ${shown}\nThe console: ${complaints.join("\n")}`);
    });
    const relevant = complaints.filter((text) => !/favicon/.test(text) && !/404/.test(text));
    if (relevant.length > 0 || foreign.length > 0) throw new Error([...relevant, ...foreign].join("\n"));
    return said;
  } finally {
    await browser.close();
  }
}

async function useOpenAiShaped(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Continue it" }).click({ timeout: 60_000 });
  await page.getByText(/came back/).waitFor({ timeout: 60_000 });
  return page.locator("output").innerText();
}

function asksForChat(request: Request): boolean {
  return request.url().endsWith("/v1/chat/completions");
}

async function useReactChat(page: Page): Promise<string> {
  await page.getByText(/[1-9]\d* tokens, at most/).waitFor({ timeout: 60_000 });
  await page.getByRole("checkbox").check();
  await page.getByText(/bayes: /).waitFor({ timeout: 120_000 });
  const sending = page.waitForRequest(asksForChat);
  await page.getByRole("button", { name: "Send" }).click();
  const sent = await sending;
  const again = page.getByRole("button", { name: /Another reply/ });
  const reply = page.locator(".assistant");
  await again.and(page.locator(":enabled")).waitFor({ timeout: 60_000 });
  const first = await reply.innerText();
  const resent = page.waitForRequest(asksForChat);
  await again.click();
  // The same bytes: a second reply costs nothing.
  if ((await resent).postData() !== sent.postData()) throw new Error("The second request was not the first again.");
  await reply.waitFor({ timeout: 60_000 });
  await again.and(page.locator(":enabled")).waitFor({ timeout: 60_000 });
  return first;
}

/** Starts a program and gives the address it says it is at. */
function started(
  command: string,
  args: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const child = spawn(command, [...args], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout.on("data", (bytes: Buffer) => {
      said += String(bytes);
      const address = /http:\/\/localhost:\d+/.exec(said)?.[0];
      if (address !== undefined) resolve(address);
    });
    child.once("exit", () => reject(new Error(`${args.join(" ")} ended: ${said}`)));
  });
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { stdout, stderr, status } = spawnSync(command, [...args], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  if (stderr !== "" && command !== "npm") console.log(stderr);
  return stdout;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
