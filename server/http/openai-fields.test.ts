/** Every parameter of OpenAI's interface, as the installed package declares it, is taken or refused by its name. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { SottoError } from "../../src/core/errors.ts";
import { parseChatBody, parseCompletionBody } from "./request.ts";

const COMPLETIONS = "openai/resources/completions";
const CHAT = "openai/resources/chat/completions/completions";

/** Names of the properties of an interface of the openai package. */
function propertiesOf(module: string, name: string): string[] {
  const file = createRequire(import.meta.url)
    .resolve(`${module}.js`)
    .replace(/\.js$/, ".d.ts");
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const found = source.statements
    .filter((node) => ts.isInterfaceDeclaration(node))
    .find((node) => node.name.text === name);
  if (found === undefined) throw new Error(`${file} declares no interface ${name}`);
  // What it inherits would have to be looked for elsewhere.
  expect(found.heritageClauses).toBeUndefined();
  return found.members.filter((member) => ts.isPropertySignature(member)).map((member) => member.name.getText(source));
}

/** No default of any parameter, and allowed only of those that take a text. */
const VALUE = "qzj";

function outcome(parse: () => unknown): { code: string; message: string } {
  try {
    parse();
    return { code: "taken", message: "" };
  } catch (error) {
    if (error instanceof SottoError) return error;
    throw error;
  }
}

function expectNamed(name: string, { code, message }: { code: string; message: string }): void {
  if (code === "taken") return;
  // A field of ours with a value of another type, or one that is refused: either way the sentence is about it.
  expect(["invalid_request", "unsupported_field"]).toContain(code);
  expect(message).toMatch(new RegExp(`(The field|does not support) ${name}\\b`));
}

describe("OpenAI's parameters", () => {
  it.each(propertiesOf(COMPLETIONS, "CompletionCreateParamsBase"))("of completions: %s", (name) => {
    const body = { model: "m", private_prompt: "AAAA", [name]: VALUE };
    expectNamed(
      name,
      outcome(() => parseCompletionBody(body)),
    );
  });

  it.each(propertiesOf(CHAT, "ChatCompletionCreateParamsBase"))("of chat completions: %s", (name) => {
    const body = { model: "m", messages: [{ role: "user", content: "x" }], [name]: VALUE };
    expectNamed(
      name,
      outcome(() => parseChatBody(body)),
    );
  });

  it.each(propertiesOf(CHAT, "ChatCompletionStreamOptions"))("of stream_options: %s", (name) => {
    const body = { model: "m", private_prompt: "AAAA", stream_options: { [name]: true } };
    expectNamed(
      "stream_options",
      outcome(() => parseCompletionBody(body)),
    );
  });

  const roles = ["System", "Developer", "User", "Assistant"].flatMap((role) =>
    propertiesOf(CHAT, `ChatCompletion${role}MessageParam`).map((name) => [role.toLowerCase(), name] as const),
  );
  it.each(roles)("of a message of role %s: %s", (role, name) => {
    const messages = [{ role, content: "x", [name]: VALUE }];
    const { code, message } = outcome(() => parseChatBody({ model: "m", messages }));
    if (code === "taken") return;
    expect(message).toMatch(new RegExp(`does not support ${name} in a message|The field messages\\.0\\.${name} `));
  });
});
