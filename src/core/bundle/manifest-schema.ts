/** The manifest of a bundle as it comes from outside: parsed once at the boundary, trusted inside. */
import { z } from "zod";
import { SottoError } from "../errors.ts";
import { CLIENT_MODEL, DECODER, DENOISER, HEAD, MANIFEST_FORMAT, TOKENIZER, TOKENIZER_CONFIG } from "./manifest.ts";

const bundleId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
const presetName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const share = z.number().min(0).max(1);

/** Mean nats a token, its standard error, and over how many windows. */
const loss = z.object({ mean: z.number(), error: z.number().min(0), windows: z.int().positive() });

/**
 * Losses of the clean continuation after the released prefix, and after the release of another text (the zero-information
 * control); and the difference, window by window: what the server got out of the text.
 */
const worthOfPrefix = z.object({
  released: loss,
  control: loss,
  worth: loss,
});

/** Share of tokens an attacker named, with its 95% interval (Wilson), and of how many. */
const named = z.object({ recovery: share, low: share, high: share, tokens: z.int().positive() });

/** What one attacker read of validation text from one release of it. */
const attacker = named.extend({
  /** What an attacker of this kind names without looking at anything that was sent. */
  baseline: share,
  /** Of tokens less common than 10^-4; null where there were none. */
  rare: named.nullable(),
  /** Bits gained, a token; null for the nearest row, which has no probabilities. */
  bitsGained: z.number().nullable(),
  /** 2^(mean entropy): among how many equally likely tokens one hides. */
  anonymity: z.number().min(1),
});

/** What the attackers of docs/attacks.md read. */
const recovery = z.object({
  /** The language that the sequence attack knows. Without one (`unigram`) there is none. */
  prior: z.enum(["unigram", "ngram", "model"]),
  messages: z.int().positive(),
  attackers: z.object({
    nearest: attacker,
    bayes: attacker,
    sequence: attacker.optional(),
    /** The denoiser of a server that was trained for the noise, which names tokens too. */
    denoiser: attacker.optional(),
  }),
});

const preset = z.object({
  name: presetName,
  mechanism: z.literal("binomial"),
  /** DEL's per-token Gaussian-DP level. Far beyond the bound nothing would be left of the noise. */
  mu: z.number().positive().max(1000),
  /** Width of one level; M = 2^bits - 1 rounds. */
  bits: z.int().min(1).max(8),
  sparsity: z.literal(1),
  measured: z.object({
    recovery,
    withSoftPrompt: worthOfPrefix,
    withoutSoftPrompt: worthOfPrefix,
    /** Of a bundle whose server part was trained for the noise: the untouched model on the same releases, with a soft prompt of its own. */
    frozenModel: worthOfPrefix.optional(),
  }),
});

const file = z.object({
  path: z.string().regex(/^(client|server)\/[A-Za-z0-9_-][A-Za-z0-9._-]*$/),
  bytes: z
    .int()
    .positive()
    .max(1 << 30),
  sha256,
});

/**
 * Who runs the model: this server, which has it in the bundle; or another program (vLLM), and then the server part holds only what comes
 * before the model: de-projection, soft prompts and the clean rows of the template.
 */
const engine = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("embedded") }),
  z.object({
    kind: z.literal("external"),
    /** The model whose rows these are, by the name under which the other program usually serves it. */
    model: z.string().min(1).max(200),
    /** Rows of the template before the soft prompt and after the prompt. */
    template: z.object({ before: z.int().min(0).max(4096), after: z.int().min(0).max(4096) }),
  }),
]);
/** A piece of a chat template: text, which is tokenised like any and never becomes a special token, or a token by its id. */
const templatePiece = z.union([z.string().min(1).max(1000), z.int().min(0)]);
const templatePieces = z.array(templatePiece).max(32);

/** What stands around the messages of one role. */
const templateRole = z.object({ before: templatePieces, after: templatePieces });

/** How messages become one prompt: `before`, then each message in its role's pieces, then `reply`, after which the model answers. */
const chatTemplate = z.object({
  before: templatePieces,
  roles: z.object({ system: templateRole.optional(), user: templateRole, assistant: templateRole }),
  reply: templatePieces,
});

/** What every bundle says of itself, however it splits a message. */
const common = {
  format: z.literal(MANIFEST_FORMAT),
  id: bundleId,
  title: z.string().min(1).max(80),
  description: z.string().max(600),
  /** What its texts and its answers are written in, as BCP 47 has it; absent where there is no one language. */
  language: z
    .string()
    .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}$/)
    .optional(),
  licence: z.object({
    weights: z.string(),
    data: z.array(z.object({ name: z.string(), licence: z.string() })),
  }),
  /** d */
  dim: z.int().positive().max(4096),
  /** c */
  clip: z.number().positive(),
  /** Longest prompt the presets were trained for, in tokens. */
  promptTokens: z.int().positive(),
  /** A known answer: activations of a few ids, by which a runtime proves that it computes what it should. */
  probe: z.object({ ids: z.array(z.int().min(0)).min(1), activations: z.array(z.array(z.number())) }),
  files: z.array(file).min(1).max(64),
};

/** V */
const vocabulary = z
  .int()
  .min(2)
  .max(1 << 20);

interface Checked {
  readonly presets: readonly { readonly name: string }[];
  readonly model: { readonly vocabulary: number };
  readonly dim: number;
  readonly probe: z.infer<typeof common.probe>;
  readonly files: readonly z.infer<typeof file>[];
}

/** @param rows how many rows the probe's activations have */
function checkCommon(value: Checked, rows: number, context: z.RefinementCtx): void {
  const issue = (message: string) => context.addIssue({ code: "custom", message });
  const names = value.presets.map((p) => p.name);
  if (new Set(names).size !== names.length) issue("two presets share a name");
  const { ids, activations } = value.probe;
  if (ids.some((id) => id >= value.model.vocabulary) || activations.length !== rows) {
    issue("the probe's ids and activations do not fit");
  }
  if (activations.some((row) => row.length !== value.dim)) issue("a row of the probe is not as wide as dim");
  const paths = value.files.map((f) => f.path);
  if (new Set(paths).size !== paths.length) issue("two files share a path");
  for (const path of [CLIENT_MODEL, TOKENIZER, TOKENIZER_CONFIG]) {
    if (!paths.includes(path)) issue(`${path} is missing`);
  }
}

const manifest = z
  .object({
    ...common,
    model: z.object({
      name: z.string(),
      architecture: z.string(),
      parameters: z.int().positive(),
      vocabulary,
      /** H */
      hidden: z
        .int()
        .positive()
        .max(1 << 16),
      layers: z.int().positive(),
      keyValueHeads: z.int().positive(),
      headDim: z.int().positive(),
      /** Positions the decoder can hold: soft prompt, prompt and reply together. */
      contextLength: z.int().positive(),
      /** The token that ends a reply. */
      endToken: z.int().min(0),
    }),
    /** Without it: embedded. */
    engine: engine.optional(),
    /** Each private token is released by itself. */
    split: z.literal("token"),
    tasks: z.array(z.enum(["complete"])).min(1),
    /** Virtual tokens of each soft prompt. */
    softPromptTokens: z.int().min(0).max(512),
    presets: z.array(preset).min(1).max(16),
    /** Absent: the model goes on with a text and knows no turns. */
    chat: chatTemplate.optional(),
    /** Without any noise, for comparison: clean prefix, no prefix, projection alone. */
    measured: z.object({ clean: worthOfPrefix, none: loss, off: worthOfPrefix }),
  })
  .superRefine((value, context) => {
    checkCommon(value, value.probe.ids.length, context);
    const { vocabulary, endToken } = value.model;
    if (endToken >= vocabulary) context.addIssue({ code: "custom", message: "the end token is not in the vocabulary" });
    if (templateTokens(value.chat).some((id) => id >= vocabulary)) {
      context.addIssue({ code: "custom", message: "a token of the chat template is not in the vocabulary" });
    }
    if (value.engine?.kind === "external" && value.files.some(({ path }) => path === DECODER)) {
      context.addIssue({ code: "custom", message: `${DECODER} is of no use to an external engine` });
    }
    const denoised = value.files.some(({ path }) => path === DENOISER);
    if (value.engine?.kind === "external" && denoised) {
      context.addIssue({ code: "custom", message: `${DENOISER} is of no use to an external engine` });
    }
    // What it names is what an attacker names: a preset is not called by weaker ones.
    if (value.presets.some(({ measured }) => (measured.recovery.attackers.denoiser !== undefined) !== denoised)) {
      context.addIssue({ code: "custom", message: `${DENOISER} and the figures of what it names go together` });
    }
  });

function templateTokens(chat: z.infer<typeof chatTemplate> | undefined): number[] {
  if (chat === undefined) return [];
  const roles = Object.values(chat.roles).flatMap((role) => (role === undefined ? [] : [role.before, role.after]));
  return [chat.before, chat.reply, ...roles].flat().filter((piece) => typeof piece === "number");
}

/** Share of messages answered right, with its 95% interval (Wilson), and of how many. */
const answered = z.object({ share, low: share, high: share, messages: z.int().positive() });

const label = z.object({
  name: z.string().regex(/^[A-Za-z0-9_?-]{1,64}$/),
  title: z.string().min(1).max(80),
  /** What a person who meant this may be told. */
  help: z.string().max(600),
});

const gistPreset = preset.omit({ measured: true }).extend({
  measured: z.object({
    accuracy: answered,
    /** Tokens of the message that a trained inverter names from the release, beside what it names from another message's. */
    inverter: named.extend({ baseline: share }),
  }),
});

const gistManifest = z
  .object({
    ...common,
    model: z.object({
      name: z.string(),
      architecture: z.literal("gist"),
      parameters: z.int().positive(),
      vocabulary,
    }),
    /** The whole message is encoded to `vectors` rows of `dim`, and those are released once. */
    split: z.literal("gist"),
    tasks: z.array(z.enum(["classify"])).min(1),
    /** K */
    vectors: z.int().min(1).max(64),
    labels: z.array(label).min(2).max(512),
    presets: z.array(gistPreset).min(1).max(16),
    /** Without any noise. */
    measured: z.object({ clean: answered }),
  })
  .superRefine((value, context) => {
    checkCommon(value, value.vectors, context);
    const names = value.labels.map(({ name }) => name);
    if (new Set(names).size !== names.length) context.addIssue({ code: "custom", message: "two labels share a name" });
    if (!value.files.some(({ path }) => path === HEAD)) {
      context.addIssue({ code: "custom", message: `${HEAD} is missing` });
    }
  });

export type Manifest = z.infer<typeof manifest>;
export type GistManifest = z.infer<typeof gistManifest>;
export type AnyManifest = Manifest | GistManifest;
export type TemplatePiece = z.infer<typeof templatePiece>;

const any = z.discriminatedUnion("split", [manifest, gistManifest]);

/**
 * Parse the bytes of a manifest.json of a bundle that splits by tokens.
 * @throws SottoError `manifest_invalid`, naming the field; `task_unsupported` where it is of another kind of bundle
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const found = parseAnyManifest(bytes);
  if (found.split === "token") return found;
  throw new SottoError("task_unsupported", "This bundle answers with labels and goes on with no text. Ask it instead.");
}

/**
 * As `parseManifest`, of a bundle that releases the gist of a message.
 * @throws SottoError `manifest_invalid`, `task_unsupported`
 */
export function parseGistManifest(bytes: Uint8Array): GistManifest {
  const found = parseAnyManifest(bytes);
  if (found.split === "gist") return found;
  throw new SottoError("task_unsupported", "This bundle goes on with a text and answers with no labels.");
}

/**
 * Parse the bytes of a manifest.json.
 * @throws SottoError `manifest_invalid`, naming the field
 */
export function parseAnyManifest(bytes: Uint8Array): AnyManifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SottoError("manifest_invalid", "The bundle's manifest is not JSON.", { cause });
  }
  const result = any.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? "the manifest" : issue.path.join(".");
    throw new SottoError("manifest_invalid", `The bundle's manifest is not valid at ${where}: ${issue?.message ?? ""}`);
  }
  return result.data;
}
