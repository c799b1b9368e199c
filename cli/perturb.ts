/** `sotto perturb`: what would leave the device, without sending it. */
import { Command } from "commander";
import { findPreset } from "../src/core/bundle/manifest.ts";
import { amplitude } from "../src/core/mechanism/params.ts";
import { clientOver } from "../src/sdk/client.ts";
import { fileLedger, nodeAttack, openFolder } from "../src/sdk/index.node.ts";
import { createLocalEngine, type EngineParts } from "../src/engine/local-engine.ts";
import { unprotectedFrame } from "../src/sdk/unprotected.node.ts";
import { bundleFolder, TEXT_HELP, textOption } from "./options.ts";

interface Options {
  readonly bundle: string;
  readonly preset: string;
  readonly text: string;
  readonly json?: true;
}

export function perturbCommand(): Command {
  return new Command("perturb")
    .description("Release a text as the client would, and print the levels; nothing is sent.")
    .requiredOption("--bundle <id|dir>", "bundle, by id or folder")
    .requiredOption("--preset <name>", "preset; off leaves the activations as they are (for testing)")
    .requiredOption("--text <text>", TEXT_HELP)
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      const parts = await openFolder(bundleFolder(options.bundle));
      const text = await textOption(options.text);
      const result =
        options.preset === "off" ? await unprotected(parts, text) : await released(parts, text, options.preset);
      process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : describe(result));
      await parts.projector.close();
    });
}

async function released(parts: EngineParts, text: string, presetName: string) {
  const { manifest } = parts;
  const preset = findPreset(manifest, presetName);
  // Nothing is sent, so the ledger is not asked.
  const client = clientOver(createLocalEngine(parts), "http://localhost", fileLedger(), nodeAttack());
  const release = await client.release(text, presetName);
  const { dim, clip } = manifest;
  const { mechanism, mu, bits, sparsity } = preset;
  return {
    bundle: manifest.id,
    preset: preset.name,
    params: { mechanism, mu, bits, dim, clip, amplitude: amplitude({ ...preset, dim, clip }), sparsity },
    tokens: release.tokens.map((token) => token.id),
    levels: release.segments.flatMap((segment) => rowsOf(segment.levels, dim)),
    frameBytes: release.frame.length,
  };
}

async function unprotected(parts: EngineParts, text: string) {
  const { manifest, tokenizer, projector } = parts;
  const frame = await unprotectedFrame(parts, text);
  const tokens = tokenizer.encode(text);
  return {
    bundle: manifest.id,
    preset: "off",
    params: { mechanism: "none", dim: manifest.dim },
    tokens,
    activations: rowsOf(await projector.project(Int32Array.from(tokens)), manifest.dim),
    frameBytes: frame.length,
  };
}

function rowsOf(values: Uint8Array | Float32Array, dim: number): number[][] {
  return Array.from({ length: values.length / dim }, (_, row) =>
    Array.from(values.subarray(row * dim, (row + 1) * dim)),
  );
}

function describe(result: Awaited<ReturnType<typeof released>> | Awaited<ReturnType<typeof unprotected>>): string {
  const rows = "levels" in result ? result.levels : result.activations.map((row) => row.map((x) => x.toFixed(3)));
  const parameters = Object.entries(result.params).map(([name, value]) => `${name} ${value}`);
  return [
    `${result.bundle}, preset ${result.preset}: ${parameters.join(", ")}`,
    ...rows.map((row, i) => `${String(result.tokens[i]).padStart(6)}  ${row.join(" ")}`),
    `${result.tokens.length} tokens in a frame of ${result.frameBytes} bytes`,
    "",
  ].join("\n");
}
