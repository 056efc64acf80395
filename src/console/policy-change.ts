import { knownValue } from '../diagnosis/evidence.ts';
import type { Policy } from '../iam/policy.ts';
import type { GrantRecord, ProposalRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { bindingOf, type Change } from '../remediation/change.ts';
import { holdsAlready, holdsExactly } from '../remediation/edit-policy.ts';
import { linesOf } from '../remediation/policy-diff.ts';
import { type Html, html } from '../report/html.ts';
import { shortLine } from '../report/quote-shell.ts';
import { lengthOf, plural } from './wording.ts';

/** How many other lines of the same role are shown around the one that changes, and how much of each. */
const MOST_AROUND = 6;
const LONGEST_LINE = 400;

/** Who else holds the role is for those who decide; others see the change alone. */
export type Shown = 'whole' | 'the-change';

/** How an approval would change the policy as it is now. */
export interface ProposedChange {
  readonly drawn: Html;
  /** True where the binding is there, so that nothing would be written. */
  readonly isThere: boolean;
}

/** What an approval would add to the policy as it is now. */
export async function proposedChange(
  { change, lastsMilliseconds }: ProposalRecord,
  shown: Shown,
  pipeline: Pipeline,
): Promise<ProposedChange> {
  const policy = await policyOf(change, pipeline);
  if (policy === null) return { drawn: notReadable(change), isThere: false };
  const isThere = holdsAlready(policy, { ...bindingOf(change), condition: null });
  // Where the grant ends counts from the approval, so the condition is not known yet.
  const condition = lastsMilliseconds === null ? '' : ` (by its condition only ${lengthOf(lastsMilliseconds)})`;
  const added: Changed = { mark: '+', line: `${change.role}  ${change.member}${condition}`, replaces: '' };
  const drawn = html`${isThere ? html`<p>The binding is there already: approving would write nothing.</p>` : ''}
${drawChange(change, policy, shown, isThere ? null : added)}`;
  return { drawn, isThere };
}

/** What taking a grant back would remove from the policy as it is now. */
export async function undoneChange({ change }: GrantRecord, shown: Shown, pipeline: Pipeline): Promise<Html> {
  const policy = await policyOf(change, pipeline);
  if (policy === null) return notReadable(change);
  const binding = bindingOf(change);
  if (!holdsExactly(policy, binding))
    return html`<p>The binding is not in the policy of <code>${change.project}</code> any more.</p>`;
  const [line = ''] = linesOf({ ...policy, bindings: [{ ...binding, members: [binding.member] }] });
  return drawChange(change, policy, shown, { mark: '-', line, replaces: line });
}

interface Changed {
  readonly mark: '+' | '-';
  readonly line: string;
  /** The line of the policy that it stands for, or empty. */
  readonly replaces: string;
}

async function policyOf({ project }: Change, { evidence }: Pipeline): Promise<Policy | null> {
  return knownValue(await evidence.policies.readPolicy(`projects/${project}`));
}

function notReadable({ project }: Change): Html {
  return html`<p>The policy of <code>${project}</code> could not be read just now, so it cannot be shown how it would change.</p>`;
}

function drawChange({ project, role }: Change, policy: Policy, shown: Shown, changed: Changed | null): Html {
  const lines = linesOf(policy).filter((line) => line !== changed?.replaces);
  const ofRole = shown === 'whole' ? lines.filter((line) => line.startsWith(`${role}  `)) : [];
  const around = ofRole.slice(0, MOST_AROUND);
  const others = lines.length - around.length;
  return html`<figure class="diff"><figcaption>Policy of <code>${project}</code>, as it is now and as it would be</figcaption>
<pre>${around.map((line) => drawLine(' ', line))}${changed === null ? '' : drawLine(changed.mark, changed.line)}</pre>
<p class="quiet">${plural(others, 'other line')} of the policy ${others === 1 ? 'stays as it is' : 'stay as they are'}.</p></figure>`;
}

const CLASSES = { '+': 'added', '-': 'removed', ' ': 'kept' } as const;

function drawLine(mark: keyof typeof CLASSES, line: string): Html {
  return html`<span class="${CLASSES[mark]}">${mark} ${shortLine(line, LONGEST_LINE)}</span>`;
}
