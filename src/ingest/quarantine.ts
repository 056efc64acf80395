/** What came and could not be read, whole, and why. */
export interface QuarantinedMessage {
  /** Pub/Sub's message id, or empty where none came. */
  readonly id: string;
  readonly reason: string;
  /** All that came. */
  readonly raw: string;
}

/** Keeps what could not be read, so that nothing is lost and nothing loops. Throws `Redeliver` when it cannot. */
export interface Quarantine {
  store(message: QuarantinedMessage): Promise<void>;
}
