/** What a failed call to a Google API means here. */
export type CallFailure =
  /** The answer is no, and asking again gives the same answer. */
  | { readonly kind: 'refused'; readonly code: number; readonly detail: string }
  /** Somebody else changed the policy since it was read. */
  | { readonly kind: 'conflict'; readonly detail: string }
  /** It passes by itself; a write may have taken effect all the same. */
  | { readonly kind: 'passing'; readonly code: number; readonly detail: string };

/** gRPC codes by what they mean for a caller (google.rpc.Code); a code that is missing here is a defect and rethrown. */
const MEANING: ReadonlyMap<number, CallFailure['kind']> = new Map([
  [1, 'passing'], // CANCELLED
  [2, 'passing'], // UNKNOWN
  [3, 'refused'], // INVALID_ARGUMENT
  [4, 'passing'], // DEADLINE_EXCEEDED
  [5, 'refused'], // NOT_FOUND
  [7, 'refused'], // PERMISSION_DENIED
  [8, 'passing'], // RESOURCE_EXHAUSTED
  [9, 'refused'], // FAILED_PRECONDITION
  [10, 'conflict'], // ABORTED
  [12, 'refused'], // UNIMPLEMENTED
  [13, 'passing'], // INTERNAL
  [14, 'passing'], // UNAVAILABLE
  [16, 'passing'], // UNAUTHENTICATED: our own credentials, which the platform renews
]);

/** Translates an error of a Google client by its gRPC code. What the table does not know is rethrown with its cause. */
export function failureOf(error: unknown): CallFailure {
  const code = codeOf(error);
  const kind = code === null ? undefined : MEANING.get(code);
  if (code === null || kind === undefined)
    throw new Error('a Google API call failed in a way Guestlist does not know', { cause: error });
  const detail = error instanceof Error ? error.message.slice(0, 500) : 'no message';
  return kind === 'conflict' ? { kind, detail } : { kind, code, detail };
}

function codeOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'number' ? error.code : null;
}
