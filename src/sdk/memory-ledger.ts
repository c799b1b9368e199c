/** For tests of what is above the SDK. */
export { memoryLedger } from "../storage/ledger-memory.ts";
