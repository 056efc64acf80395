import { asServiceAccount, asUser, deniedCall, perimeterBlock } from './demo-entries.ts';

/** One message of the demo, and what has to come of it. */
export interface DemoStep {
  readonly title: string;
  readonly story: string;
  /** The text of the Pub/Sub message. */
  readonly text: string;
  readonly expected: ExpectedOutcome;
}

/** What the function says it did, or that it had nothing to do. */
export type ExpectedOutcome =
  | { readonly kind: 'report'; readonly cause: string; readonly outcome: string; readonly grantedIn: string | null }
  | { readonly kind: 'event'; readonly event: 'denial-ignored' | 'entry-seen-before' | 'message-quarantined' };

const chat = asServiceAccount('chat@acme-ml.iam.gserviceaccount.com');

/** The demo, in the order in which it is told. `at` is when its calls are refused, RFC 3339. */
export function demoSteps(at: string): readonly DemoStep[] {
  const firstDenial = deniedCall({ insertId: 'demo01', project: 'acme-ml', caller: chat, at });
  return [
    {
      title: 'A service account calls Gemini in its own project',
      story: 'The rule sandbox-workloads allows it, so the missing role is granted.',
      text: JSON.stringify(firstDenial),
      expected: { kind: 'report', cause: 'missing-role', outcome: 'applied', grantedIn: 'acme-ml' },
    },
    {
      title: 'The same entry once more',
      story: 'Pub/Sub delivers at least once. The second delivery does nothing.',
      text: JSON.stringify(firstDenial),
      expected: { kind: 'event', event: 'entry-seen-before' },
    },
    {
      title: 'The same service account calls another project',
      story:
        'Its role at home does not count there. The rule chat-uses-vision allows crossing, and the role goes where the model is.',
      text: JSON.stringify(deniedCall({ insertId: 'demo03', project: 'acme-vision', caller: chat, at })),
      expected: { kind: 'report', cause: 'cross-project', outcome: 'applied', grantedIn: 'acme-vision' },
    },
    {
      title: 'It also tries the payments project',
      story: 'The rule payments-is-off-limits forbids every grant there; people get a proposal.',
      text: JSON.stringify(deniedCall({ insertId: 'demo04', project: 'acme-pay', caller: chat, at })),
      expected: { kind: 'report', cause: 'cross-project', outcome: 'proposed', grantedIn: null },
    },
    {
      title: 'A person lacks the role',
      story: 'No rule names people, so it is proposed, with the commands to grant it.',
      text: JSON.stringify(
        deniedCall({ insertId: 'demo05', project: 'acme-ml', caller: asUser('alice@example.com'), at }),
      ),
      expected: { kind: 'report', cause: 'missing-role', outcome: 'proposed', grantedIn: null },
    },
    {
      title: 'A service perimeter blocks a call',
      story: 'No role can help. The report carries the ingress rule for the owner of the perimeter.',
      text: JSON.stringify(
        perimeterBlock('demo06', asServiceAccount('batch@acme-ml.iam.gserviceaccount.com'), 'enforced', at),
      ),
      expected: { kind: 'report', cause: 'service-perimeter', outcome: 'advised', grantedIn: null },
    },
    {
      title: 'The log does not say who called',
      story: 'Cloud Audit Logs redacts people whose read-only calls are refused. Nobody is guessed at.',
      text: JSON.stringify(deniedCall({ insertId: 'demo07', project: 'acme-ml', caller: {}, at })),
      expected: { kind: 'report', cause: 'caller-withheld', outcome: 'advised', grantedIn: null },
    },
    {
      title: 'A service agent of Google is refused',
      story: 'Service agents have roles of their own and are never granted others.',
      text: JSON.stringify(
        deniedCall({
          insertId: 'demo08',
          project: 'acme-ml',
          caller: asServiceAccount('service-111122223333@gcp-sa-aiplatform.iam.gserviceaccount.com'),
          at,
        }),
      ),
      expected: { kind: 'report', cause: 'service-agent', outcome: 'advised', grantedIn: null },
    },
    {
      title: 'A perimeter in dry run',
      story: 'Status and severity look like a refusal, but the call went through.',
      text: JSON.stringify(
        perimeterBlock('demo09', asServiceAccount('batch@acme-ml.iam.gserviceaccount.com'), 'dry-run', at),
      ),
      expected: { kind: 'event', event: 'denial-ignored' },
    },
    {
      title: 'A message that is no log entry',
      story: 'It is kept whole with the reason, and not asked for again.',
      text: '{"protoPayload": {"status": {"code": "seven"',
      expected: { kind: 'event', event: 'message-quarantined' },
    },
  ];
}

/** The bindings that the demo adds, and nothing else: project and member. */
export const demoGrants = [
  { project: 'acme-ml', role: 'roles/aiplatform.user', member: 'serviceAccount:chat@acme-ml.iam.gserviceaccount.com' },
  {
    project: 'acme-vision',
    role: 'roles/aiplatform.user',
    member: 'serviceAccount:chat@acme-ml.iam.gserviceaccount.com',
  },
] as const;
