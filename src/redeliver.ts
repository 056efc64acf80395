/** Why a message is handed back to Pub/Sub: each passes by itself, so the next delivery can succeed. */
export type RedeliverReason =
  | 'evidence-unavailable'
  | 'policy-contention'
  | 'policy-write-unavailable'
  | 'channel-unavailable'
  | 'quarantine-unavailable'
  | 'entry-in-progress'
  | 'ledger-unavailable'
  | 'ledger-contention'
  | 'lease-lost'
  | 'allowlist-unavailable'
  | 'push-keys-unavailable';

/**
 * The only error that may leave the handler. The functions framework answers it with 500, and Pub/Sub delivers the
 * message again; whatever was already done is recorded and not done twice.
 */
export class Redeliver extends Error {
  readonly reason: RedeliverReason;

  constructor(reason: RedeliverReason, detail: string, cause?: unknown) {
    super(`redeliver (${reason}): ${detail}`, { cause });
    this.name = 'Redeliver';
    this.reason = reason;
  }
}
