/** Reads the file of the browser's language prior (trainer/ngram.py makes it, docs/attacks.md has its layout). */
import { SottoError } from "../errors.ts";
import { ngramModel, type Level, type NgramModel } from "./ngram-model.ts";

const MAGIC = "SOTTONGM";
const FORMAT = 2;
const BOOK = 256;

/**
 * Read the file.
 * @param vocabulary V of the bundle
 * @param end the token that ends a document: what stands before a message
 * @throws SottoError `bundle_corrupt`
 */
export function parseNgram(bytes: Uint8Array, vocabulary: number, end: number): NgramModel {
  const reader = readerOf(bytes);
  if (String.fromCharCode(...reader.bytes(MAGIC.length)) !== MAGIC) throw corrupt("is not one");
  const [format, v, bigrams, contexts, trigrams] = reader.words(5) as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  if (format !== FORMAT) throw corrupt("is of another format");
  if (v !== vocabulary || end >= vocabulary) throw corrupt("is of another vocabulary");
  const book = probabilities(reader.floats(BOOK), 1);
  const weights = probabilities(reader.floats(BOOK), Number.MAX_VALUE);
  const frequencies = probabilities(reader.floats(v), 1);
  const unigram = probabilities(reader.floats(v), 1);
  const one: Level = {
    backoff: looked(reader.bytes(v), weights),
    first: running(reader.words(v), bigrams),
    ids: reader.tokens(bigrams, v),
    p: looked(reader.bytes(bigrams), book),
  };
  const flags = reader.bytes(Math.ceil(bigrams / 8));
  const two: Level = {
    backoff: looked(reader.bytes(contexts), weights),
    first: running(reader.halves(contexts), trigrams),
    ids: reader.tokens(trigrams, v),
    p: looked(reader.bytes(trigrams), book),
  };
  reader.end();
  checkSorted(one, v);
  checkSorted(two, v);
  const priors = ngramModel(vocabulary, end, unigram, one, two, contextOfBigram(flags, bigrams, contexts));
  return { frequencies, ...priors };
}

/** The context that each bigram is to the trigrams, -1 if to none. */
function contextOfBigram(flags: Uint8Array, bigrams: number, contexts: number): Int32Array {
  let next = 0;
  const context = Int32Array.from({ length: bigrams }, (_, i) =>
    ((flags[i >> 3] as number) >> (i & 7)) & 1 ? next++ : -1,
  );
  if (next !== contexts) throw corrupt("does not name its contexts");
  return context;
}

function checkSorted({ first, ids }: Level, vocabulary: number): void {
  for (let c = 0; c + 1 < first.length; c++) {
    for (let at = first[c] as number, before = -1; at < (first[c + 1] as number); at++) {
      const id = ids[at] as number;
      if (id <= before || id >= vocabulary) throw corrupt("has tokens out of order");
      before = id;
    }
  }
}

/** From counts to where each begins, and the end. */
function running(counts: ArrayLike<number>, total: number): Uint32Array {
  const first = new Uint32Array(counts.length + 1);
  let sum = 0;
  for (let i = 0; i < counts.length; i++) first[i + 1] = sum += counts[i] as number;
  if (sum !== total) throw corrupt("counts another number than it has");
  return first;
}

function looked(codes: Uint8Array, book: Float64Array): Float64Array {
  return Float64Array.from(codes, (code) => book[code] as number);
}

function probabilities(values: Float32Array, most: number): Float64Array {
  if (values.some((value) => !(value > 0 && value <= most))) throw corrupt("has a probability that is none");
  return Float64Array.from(values);
}

/** Little-endian fields in turn. Each is copied, so that it is aligned. */
function readerOf(bytes: Uint8Array) {
  let at = 0;
  function take(length: number): ArrayBuffer {
    if (length > bytes.length - at) throw corrupt("ends too early");
    const copy = new Uint8Array(length);
    // Not slice(): of a Buffer that is a view, and knows nothing of alignment.
    copy.set(bytes.subarray(at, at + length));
    at += length;
    return copy.buffer;
  }
  const words = (count: number) => new Uint32Array(take(4 * count));
  const halves = (count: number) => new Uint16Array(take(2 * count));
  return {
    bytes: (count: number) => new Uint8Array(take(count)),
    halves,
    words,
    floats: (count: number) => new Float32Array(take(4 * count)),
    tokens: (count: number, vocabulary: number) => (vocabulary <= 1 << 16 ? halves(count) : words(count)),
    end: () => {
      if (at !== bytes.length) throw corrupt("goes on after its end");
    },
  };
}

function corrupt(what: string): SottoError {
  return new SottoError("bundle_corrupt", `The bundle's language model for the leak preview ${what}.`);
}
