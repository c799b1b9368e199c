/** The one error class, without the rest of the SDK. */
export { SottoError, type ErrorCode } from "../core/errors.ts";
