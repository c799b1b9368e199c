/**
 * The one error class of the product: a stable machine-readable `code`, a sentence for a person, and never a word of the
 * person's text, in either.
 */
export class SottoError extends Error {
  /** Stable, snake_case; what the server answers is in docs/server.md. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "SottoError";
    this.code = code;
  }
}

/** Every code a caller can meet, in any room of the house. */
export type ErrorCode =
  // mechanism
  | "invalid_parameters"
  | "non_finite_activation"
  // accounting
  | "accounting_out_of_range"
  // ledger
  | "budget_exceeded"
  | "ledger_unavailable"
  | "ledger_full"
  | "ledger_corrupt"
  | "ledger_import_invalid"
  // conversations
  | "conversation_invalid"
  | "conversation_corrupt"
  | "conversation_conflict"
  | "conversation_not_found"
  | "conversations_file_invalid"
  | "conversations_file_too_new"
  | "conversations_file_too_large"
  | "passphrase_missing"
  | "passphrase_wrong"
  | "passphrase_invalid"
  | "storage_full"
  | "storage_unavailable"
  // wire
  | "frame_truncated"
  | "frame_trailing_bytes"
  | "frame_bad_magic"
  | "frame_unknown_version"
  | "frame_unknown_segment"
  | "frame_invalid"
  | "frame_too_large"
  // bundle
  | "manifest_invalid"
  | "bundle_not_found"
  | "bundle_mismatch"
  | "bundle_corrupt"
  | "unknown_preset"
  // text
  | "token_out_of_range"
  | "empty_prompt"
  | "public_tokens_unsupported"
  | "task_unsupported"
  | "prior_missing"
  | "file_unreadable"
  | "file_unwritable"
  | "prompt_too_long"
  // engine
  | "runtime_unavailable"
  | "insecure_context"
  | "engine_closed"
  | "server_busy"
  | "upstream_unavailable"
  | "upstream_rejected"
  | "upstream_failed"
  | "engine_timeout"
  // network
  | "config_invalid"
  | "address_unavailable"
  | "server_unreachable"
  | "server_error"
  | "stream_interrupted"
  | "aborted"
  // requests
  | "invalid_request"
  | "unsupported_field"
  | "context_length_exceeded"
  | "invalid_api_key"
  | "rate_limited"
  | "chat_template_missing"
  | "not_found"
  | "internal_error";
