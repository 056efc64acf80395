/** A mistake in a configuration. */
export interface Issue {
  readonly file: string;
  /** Where: `google_pubsub_topic.denials.name`. */
  readonly place: string;
  readonly message: string;
}

/** Notes an issue at a place below the one it was made for. */
export type Note = (place: string, message: string) => void;
