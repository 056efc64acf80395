/** Log lines with stable names, one per outcome, so that metrics can count them without reading texts. */
export type LogEvent =
  | { readonly event: 'denial-ignored'; readonly cause: string; readonly entryId: string }
  | { readonly event: 'denial-repeated'; readonly incidentId: string; readonly repeats: number }
  | { readonly event: 'entry-seen-before'; readonly entryId: string }
  | {
      readonly event: 'denial-reported';
      readonly reportId: string;
      readonly incidentId: string;
      readonly cause: string;
      readonly decision: string;
      readonly outcome: string;
      readonly news: string;
    }
  | {
      readonly event: 'report-delivered';
      readonly channel: string;
      readonly reportId: string;
      readonly incidentId: string;
      readonly news: string;
      /** From the refusal to the delivery; repeats and follow-ups count from the newest refusal. */
      readonly secondsSinceDenial: number;
    }
  | { readonly event: 'delivery-failed'; readonly channel: string; readonly reportId: string; readonly detail: string }
  /** The allowlist names a channel that is not set up. */
  | { readonly event: 'channel-missing'; readonly channel: string; readonly reportId: string }
  | { readonly event: 'channel-paused'; readonly channel: string; readonly seconds: number }
  | { readonly event: 'channel-resumed'; readonly channel: string }
  | { readonly event: 'message-quarantined'; readonly id: string; readonly reason: string }
  | { readonly event: 'message-handed-back'; readonly reason: string; readonly detail: string }
  | { readonly event: 'push-refused'; readonly detail: string }
  /** A request to the console by nobody whom the proxy vouches for, or one that did not come from its own pages. */
  | { readonly event: 'console-refused'; readonly detail: string; readonly by: string }
  /** Somebody asked what would be decided about an entry: that shows what policies hold. */
  | { readonly event: 'console-explained'; readonly by: string }
  | { readonly event: 'console-failed'; readonly reason: string; readonly detail: string }
  | { readonly event: 'sweep-skipped' }
  | {
      readonly event: 'sweep-done';
      readonly grantsChecked: number;
      readonly grantsEnded: number;
      readonly grantsFailed: number;
      readonly reportsTold: number;
      readonly proposalsClosed: number;
      readonly isDigestPosted: boolean;
    }
  | { readonly event: 'sweep-failed'; readonly what: string; readonly detail: string }
  | { readonly event: 'work-left'; readonly incidentId: string }
  | {
      readonly event: 'grant-turned';
      readonly grantId: string;
      readonly reportId: string;
      readonly turn: string;
      readonly by: string;
      /** From the first refused call to the last one that was seen: about as long as somebody waited. */
      readonly secondsBlocked: number;
    }
  /** A person has taken a grant back; `grant-turned` says when that is told. */
  | {
      readonly event: 'grant-taken-back';
      readonly grantId: string;
      readonly by: string;
      readonly outcome: 'removed' | 'was-gone';
    }
  | { readonly event: 'proposal-closed'; readonly proposalId: string }
  | { readonly event: 'proposal-approved'; readonly proposalId: string; readonly by: string; readonly outcome: string }
  | { readonly event: 'approval-refused'; readonly proposalId: string; readonly by: string; readonly detail: string }
  | { readonly event: 'proposal-dismissed'; readonly proposalId: string; readonly by: string }
  | { readonly event: 'allowlist-changed'; readonly version: string; readonly mode: string }
  | { readonly event: 'allowlist-unusable'; readonly detail: string }
  | {
      readonly event: 'function-started';
      readonly mode: string;
      readonly rules: number;
      readonly ledger: string;
      readonly channels: string;
      readonly pushes: 'verified' | 'not-verified';
    };

/** Where log lines go. */
export interface EventLog {
  write(event: LogEvent): void;
}
