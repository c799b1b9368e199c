import type { Engine, GenerationRequest, Piece } from "../engine/engine.ts";

/** The ids an engine says to a request. */
export async function idsOf(engine: Engine, request: GenerationRequest): Promise<number[]> {
  return (await collect<Piece>(engine.generate(request))).flatMap((piece) => ("id" in piece ? piece.id : []));
}

/** Everything an iterable yields. (`Array.fromAsync` came with Node 22.) */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
