import { carryOut, tell } from './carry-out.ts';
import type { Denial } from './denial/denial.ts';
import { examine } from './examine.ts';
import { goOnWith } from './go-on.ts';
import type { Soon } from './iam/soon.ts';
import { incidentIdOf } from './ledger/incident-id.ts';
import type { Claimed } from './ledger/ledger.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { Redeliver } from './redeliver.ts';
import type { Intent } from './remediation/intent.ts';
import { repeatReport } from './report/build-report.ts';

/**
 * Does what is left to do about a denial, whatever an earlier try has done already: the ledger's answer says where to
 * go on. Returns when the report is with every channel; throws `Redeliver` for what passes.
 */
export function workOn(claimed: Claimed, denial: Denial, pipeline: Pipeline): Soon<void> {
  switch (claimed.kind) {
    case 'new':
      return workOut(claimed, denial, pipeline);
    case 'resume-intent':
      return goOnWith(claimed, denial, pipeline, async () => examineForGrant(denial, pipeline)).then(() => {});
    case 'resume-report':
      return tell(claimed.posting, claimed.delivered, claimed, pipeline);
    case 'milestone':
      return tellRepeats(claimed, denial, pipeline);
    case 'repeat':
      return pipeline.events.write({
        event: 'denial-repeated',
        incidentId: claimed.incident.id,
        repeats: claimed.incident.repeats,
      });
    case 'done':
      return pipeline.events.write({ event: 'entry-seen-before', entryId: denial.entryId });
    case 'in-progress':
      throw new Redeliver('entry-in-progress', 'another delivery of this entry is being worked on');
  }
}

async function workOut(claimed: Claimed & { kind: 'new' }, denial: Denial, pipeline: Pipeline): Promise<void> {
  await carryOut(await examineForGrant(denial, pipeline), claimed, denial, pipeline);
}

// A perimeter writes its own record of a blocked call, within seconds of the one that looks like a missing role. So
// before anything is granted there is a short wait, and a second look.
function examineForGrant(denial: Denial, pipeline: Pipeline): Soon<Intent> {
  return pipeline.tracing.span('examine', { incident: incidentIdOf(denial) }, () => lookTwice(denial, pipeline));
}

async function lookTwice(denial: Denial, pipeline: Pipeline): Promise<Intent> {
  const intent = await examine(denial, await pipeline.watch.judge(denial, incidentIdOf(denial)), pipeline);
  if (intent.decision.kind !== 'apply') return intent;
  await pipeline.awaitShadow();
  const judgement = await pipeline.watch.judge(denial, incidentIdOf(denial));
  const isStillPlain =
    judgement.shadow === null && judgement.suspicion.kind === 'none' && judgement.perimeterNearby === 'none';
  return isStillPlain ? intent : examine(denial, judgement, pipeline);
}

async function tellRepeats(
  claimed: Claimed & { kind: 'milestone' },
  denial: Denial,
  pipeline: Pipeline,
): Promise<void> {
  const at = new Date(pipeline.now()).toISOString();
  const report = repeatReport(claimed.last, denial, claimed.incident, at);
  await pipeline.ledger.conclude(claimed.hold, {
    report,
    news: 'repeated',
    grant: null,
    proposal: { kind: 'unchanged' },
    earlierGrant: null,
    quietMilliseconds: null,
  });
  return tell({ report, news: 'repeated' }, new Set(), claimed, pipeline);
}
