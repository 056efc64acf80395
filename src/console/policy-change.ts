import { knownValue } from '../diagnosis/evidence.ts';
import type { Policy } from '../iam/policy.ts';
import type { GrantRecord, ProposalRecord } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { bindingOf, type Change } from '../remediation/change.ts';
import { holdsAlready, holdsExactly } from '../remediation/edit-policy.ts';
import { linesOf } from '../remediation/policy-diff.ts';
import { type Html, html } from '../report/html.ts';
import { shortLine } from '../report/quote-shell.ts';
import { lengthOf } from './inbox-page.ts';
import { plural } from './page.ts';

/** How many other lines of the same role are shown around the one that changes. */
const MOST_AROUND = 6;
const LONGEST_LINE = 400;

/** What an approval would add to the policy as it is now. */
export async function proposedChange({ change, lastsMilliseconds }: ProposalRecord, pipeline: Pipeline): Promise<Html> {
  const policy = await policyOf(change, pipeline);
  if (policy === null) return notReadable(change);
  // Where the grant ends counts from the approval, so the condition is not known yet.
  const condition = lastsMilliseconds === null ? '' : `  (by its condition only ${lengthOf(lastsMilliseconds)})`;
  const isThere = holdsAlready(policy, { ...bindingOf(change), condition: null });
  return html`${isThere ? html`<p>The binding is there already: approving would write nothing.</p>` : ''}
${drawChange(change, policy, isThere ? [] : [`+ ${change.role}  ${change.member}${condition}`])}`;
}

/** What taking a grant back would remove from the policy as it is now. */
export async function undoneChange({ change }: GrantRecord, pipeline: Pipeline): Promise<Html> {
  const policy = await policyOf(change, pipeline);
  if (policy === null) return notReadable(change);
  const binding = bindingOf(change);
  if (!holdsExactly(policy, binding))
    return html`<p>The binding is not in the policy of <code>${change.project}</code> any more.</p>`;
  const [line = ''] = linesOf({ ...policy, bindings: [{ ...binding, members: [binding.member] }] });
  return drawChange(change, policy, [`- ${line}`], line);
}

async function policyOf({ project }: Change, { evidence }: Pipeline): Promise<Policy | null> {
  return knownValue(await evidence.policies.readPolicy(`projects/${project}`));
}

function notReadable({ project }: Change): Html {
  return html`<p>The policy of <code>${project}</code> could not be read just now, so it cannot be shown how it would change.</p>`;
}

function drawChange({ project, role }: Change, policy: Policy, changed: readonly string[], without = ''): Html {
  const lines = linesOf(policy);
  const ofRole = lines.filter((line) => line.startsWith(`${role}  `) && line !== without);
  const around = ofRole.slice(0, MOST_AROUND).map((line) => `  ${line}`);
  const others = lines.length - around.length - (without === '' ? 0 : 1);
  return html`<figure class="diff"><figcaption>Policy of <code>${project}</code>, as it is now and as it would be</figcaption>
<pre>${[...around, ...changed].map((line) => html`<span class="${markOf(line)}">${shortLine(line, LONGEST_LINE)}</span>`)}</pre>
<p class="quiet">${plural(others, 'other line')} of the policy ${others === 1 ? 'stays' : 'stay'} as ${others === 1 ? 'it is' : 'they are'}.</p></figure>`;
}

function markOf(line: string): 'added' | 'removed' | 'kept' {
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'kept';
}
