/** What an attack on this device needs of a bundle: its table, the texts of its tokens, its language model. All of it public. */
import { NGRAM, type Manifest } from "../core/bundle/manifest.ts";
import type { Tokenizer } from "../core/text/tokenizer.ts";
import type { BundleSource } from "../storage/bundle-source.ts";
import type { AttackKit } from "./types.ts";
import { macrotask } from "./vocabulary.ts";

/** Ids named in one go: a release may be waiting behind them. */
const IDS_A_TURN = 2048;

/**
 * @param table the projected table, V x d
 * @throws SottoError `bundle_corrupt`, or what fetching a file throws
 */
export async function attackKit(
  { manifest, tokenizer, source }: { manifest: Manifest; tokenizer: Tokenizer; source: Pick<BundleSource, "file"> },
  table: () => Promise<Float32Array<ArrayBuffer>>,
): Promise<AttackKit> {
  const file = manifest.files.find(({ path }) => path === NGRAM);
  const ngram = file === undefined ? null : await source.file(file);
  const rows = await table();
  return {
    rows,
    dim: manifest.dim,
    endToken: manifest.model.endToken,
    pieces: await everyPiece(tokenizer, manifest.model.vocabulary),
    ngram,
  };
}

/** A table may have more rows than the tokenizer has tokens, and a tokenizer may leave ids out: those have no text. */
async function everyPiece(tokenizer: Tokenizer, vocabulary: number): Promise<string[]> {
  const pieces: string[] = [];
  for (let id = 0; id < vocabulary; id++) {
    if (id % IDS_A_TURN === IDS_A_TURN - 1) await macrotask();
    pieces.push(pieceOf(tokenizer, id));
  }
  return pieces;
}

function pieceOf(tokenizer: Tokenizer, id: number): string {
  try {
    return tokenizer.pieces([id])[0] ?? "";
  } catch {
    return "";
  }
}
