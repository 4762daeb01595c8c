/**
 * Every way in which an operation can fail. `ui/presentError.ts` must have words and a way out for each,
 * so a code that is added here does not compile until it does.
 */
export const ERROR_CODES = [
  'cancelled',
  'changeConflict',
  'cliFailed',
  'cliMissing',
  'cliUnsupported',
  'configUnreadable',
  'credentialInvalid',
  'fileWriteFailed',
  'gatewayRefused',
  'hostAway',
  'internal',
  'processFailed',
  'processTimedOut',
  'profileMissing',
  'storeBusy',
  'storeExposed',
  'storeMalformed',
  'storeMissing',
  'storeRetired',
  'storeUnknownRelease',
  'storeUnreadable',
  'storeWriteFailed',
  'transferRefused',
  'vaultNotConfirmed',
  'vaultUnavailable',
  'writeNotConfirmed',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Facts that may be shown and logged: paths, ids, numbers, errno names. Never argv, documents or foreign messages. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** The one failure type. Expected outcomes are unions; this is for what the caller cannot decide. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options: { cause?: unknown } = {}) {
    super(code, options);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }

  /** Wraps anything thrown. A foreign error keeps only its errno: its message may quote input. */
  static from(thrown: unknown, fallback: ErrorCode = 'internal'): AppError {
    if (thrown instanceof AppError) return thrown;
    if (isAbort(thrown)) return new AppError('cancelled', {}, { cause: thrown });
    const errno = (thrown as { code?: unknown } | null)?.code;
    return new AppError(fallback, typeof errno === 'string' ? { errno } : {}, { cause: thrown });
  }
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}
