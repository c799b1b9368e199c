/**
 * Write a tensor file as the server sends it: `node --import tsx scripts/torch-file.ts TYPE ROWS COLUMNS <in.f32 >out.pt`, numbers as
 * little-endian float32. By it the trainer's tests show that torch reads what the server writes.
 */
import { buffer } from "node:stream/consumers";
import { FLOAT_TYPES } from "../server/engine/float-types.ts";
import { writeTorchFile } from "../server/engine/torch-file.ts";

const [name, rows, columns] = process.argv.slice(2);
const type = FLOAT_TYPES.find((each) => each === name);
if (type === undefined) throw new Error(`TYPE is one of ${FLOAT_TYPES.join(", ")}.`);
const input = await buffer(process.stdin);
const values = new Float32Array(new Uint8Array(input).buffer);
process.stdout.write(writeTorchFile(values, Number(rows), Number(columns), type));
