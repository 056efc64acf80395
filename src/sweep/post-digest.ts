import { digest } from '../iam/digest.ts';
import type { Ledger, Listing } from '../ledger/ledger.ts';
import type { GrantRecord, IncidentRecord, ProposalRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { deliverDigest } from '../report/deliver.ts';
import { DIGEST_SCHEMA, type Digest, type DigestLine } from '../report/digest-report.ts';
import { hoursSaved } from '../report/hours-saved.ts';

/** What a digest looks at, at most, of each kind; and how much of it each of its lists shows. */
const LOOKED_AT = 300;
const SHOWN = 50;

const SOON_MILLISECONDS = 24 * 3_600_000;

/** Posts the digest when it is time, in milliseconds since the last one. True when it was posted. */
export async function postDigest(pipeline: Pipeline, everyMilliseconds: number): Promise<boolean> {
  const { ledger, channels } = pipeline;
  const now = pipeline.now();
  const last = await ledger.lastDigestAt();
  if (last !== null && now - last < everyMilliseconds) return false;
  await deliverDigest(await writeDigest(ledger, last ?? now - everyMilliseconds, now), channels);
  await ledger.markDigest(now);
  return true;
}

async function writeDigest(ledger: Ledger, from: number, now: number): Promise<Digest> {
  const newest = (since: number): Listing => ({ by: 'newest', from: since, until: now, limit: LOOKED_AT });
  const [grants, proposals, incidents] = await Promise.all([
    ledger.grants.list(newest(0)),
    ledger.proposals.list(newest(0)),
    ledger.incidents(newest(from)),
  ]);
  const isActive = ({ state }: GrantRecord) => state === 'active' || state === 'did-not-help';
  return {
    schema: DIGEST_SCHEMA,
    id: `d-${digest([String(from), String(now)])}`,
    from: new Date(from).toISOString(),
    to: new Date(now).toISOString(),
    openProposals: lines(proposals.filter(({ state }) => state === 'open')),
    grantsMade: lines(grants.filter(({ at }) => Date.parse(at) >= from)),
    grantsThatEndSoon: lines(grants.filter((grant) => isActive(grant) && endsWithin(grant, now, SOON_MILLISECONDS))),
    grantsThatFailed: lines(
      grants.filter(({ state, stateAt }) => ['gone', 'did-not-help'].includes(state) && Date.parse(stateAt) >= from),
    ),
    causes: causesOf(incidents),
    ignored: ignoredOf(incidents),
    hoursSaved: hoursSaved(
      grants.filter(({ at }) => Date.parse(at) >= from).length,
      incidents.filter(({ told }) => told?.outcome === 'advised').length,
    ),
    isCut: [grants, proposals, incidents].some((found) => found.length === LOOKED_AT),
  };
}

function lines(records: readonly (GrantRecord | ProposalRecord)[]): readonly DigestLine[] {
  return records.slice(0, SHOWN).map(({ id, change, at }) => {
    const { project, member, role, expiresAt } = change;
    return { id, project, member, role, at, expiresAt };
  });
}

function endsWithin({ change }: GrantRecord, now: number, length: number): boolean {
  const end = change.expiresAt === null ? Number.NaN : Date.parse(change.expiresAt);
  return end > now && end <= now + length;
}

function causesOf(incidents: readonly IncidentRecord[]): Digest['causes'] {
  const told = incidents.flatMap(({ told: last, facts }) =>
    last === null ? [] : [{ cause: last.cause, denials: facts.repeats + 1 }],
  );
  return [...Map.groupBy(told, ({ cause }) => cause)]
    .map(([cause, group]) => ({
      cause,
      incidents: group.length,
      denials: group.reduce((sum, { denials }) => sum + denials, 0),
    }))
    .sort((one, other) => other.incidents - one.incidents);
}

function ignoredOf(incidents: readonly IncidentRecord[]): Digest['ignored'] {
  const ignored = incidents.flatMap(({ told, facts }) =>
    told?.outcome === 'ignored' ? [{ reason: told.reason, denials: facts.repeats + 1 }] : [],
  );
  return [...Map.groupBy(ignored, ({ reason }) => reason)]
    .map(([reason, group]) => ({ reason, denials: group.reduce((sum, { denials }) => sum + denials, 0) }))
    .sort((one, other) => other.denials - one.denials)
    .slice(0, SHOWN);
}
