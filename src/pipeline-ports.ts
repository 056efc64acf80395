import type { Allowlist } from './decision/allowlist.ts';
import type { EvidencePorts, PolicyReader } from './diagnosis/evidence.ts';
import type { EventLog } from './event-log.ts';
import type { Identity } from './iam/identity.ts';
import type { Quarantine } from './ingest/quarantine.ts';
import type { CallerWatch } from './ledger/caller-watch.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { RemoveBindings } from './remediation/remove-bindings.ts';
import type { ApplyChange } from './remediation/share-writes.ts';
import type { Channel } from './report/deliver.ts';
import type { Tracing } from './tracing.ts';

/** Everything that the way of a denial touches. */
export interface Pipeline {
  /** The rules in force at this moment. */
  readonly allowlist: () => Promise<Allowlist>;
  readonly identity: Identity;
  readonly evidence: EvidencePorts;
  /** Reads who may act as a service account, by its e-mail address. */
  readonly accountPolicies: PolicyReader;
  readonly ledger: Ledger;
  readonly watch: CallerWatch;
  readonly applyChange: ApplyChange;
  readonly removeBindings: RemoveBindings;
  /** Waits, before a grant, for the record of a perimeter that may follow the refusal. */
  readonly awaitShadow: () => Promise<void>;
  readonly channels: readonly Channel[];
  readonly quarantine: Quarantine;
  readonly events: EventLog;
  readonly tracing: Tracing;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
