import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCaseBook } from '../../src/backtest/case-book.ts';
import { CONTEXTS, judgementOf } from '../../src/backtest/context.ts';
import { type AskedFacts, askedFacts } from '../../src/backtest/stand-in.ts';
import { isTimeless, type Verdict, verdictOf } from '../../src/backtest/verdict.ts';
import { createVerdictBook } from '../../src/backtest/verdict-book.ts';
import { offlineEvidence } from '../../src/cli/read-files.ts';
import type { Allowlist } from '../../src/decision/allowlist.ts';
import type { Denial } from '../../src/denial/denial.ts';
import { readDenial } from '../../src/denial/read-denial.ts';
import type { EvidencePorts } from '../../src/diagnosis/evidence.ts';
import { lookUp } from '../../src/examine.ts';
import { readEntryValue } from '../../src/ingest/read-entry.ts';
import { allowlistOf, denialBy } from '../fixtures/case.ts';
import { type Mutation, mutate, mutations } from '../fuzz/mutate.ts';
import { readScenario, scenarioFolders } from '../scenario-files.ts';

const NOBODY = { kind: 'nobody' } as const;
const entries = scenarioFolders.flatMap((folder) => readScenario(folder).entries);
const { evidence: online } = readScenario('missing-role-user');

const CARELESS = `version: 1
organization: "123456789012"
domains: [example.com]
mode: apply
rules:
  - {id: silent, effect: mute, principals: ["user:mallory@example.com"]}
  - id: careless
    effect: allow
    principals: ["user:*@example.com", "serviceAccount:*@acme-ml.iam.gserviceaccount.com"]
    projects: [organizations/123456789012, "acme-*"]
    crossProject: true
`;
const CONDITION = `    when: denial.model.startsWith("gemini-") && denial.callerIp != "203.0.113.40" && denial.method != ""\n`;

function denialOf(index: number, changes: readonly Mutation[]): Denial | null {
  const entry = readEntryValue(mutate(entries[index % entries.length], changes));
  const reading = entry.kind === 'entry' ? readDenial(entry.entry, '2026-11-20T09:40:00Z') : null;
  return reading?.kind === 'denial' ? reading.denial : null;
}

/** What the denial itself is decided as, for each thing that other entries can say about it. */
async function verdictsOn(denial: Denial, allowlist: Allowlist, evidence: EvidencePorts): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let context = 0; context < CONTEXTS; context += 1) {
    const judgement = judgementOf(context);
    const found = await lookUp(denial, judgement, NOBODY, allowlist.role, evidence);
    verdicts.push(
      verdictOf({ denial, judgement, evidence: found, allowlist, identity: NOBODY, now: Date.parse(denial.at) }),
    );
  }
  return verdicts;
}

async function areDecidedAlike(
  allowlist: Allowlist,
  evidence: EvidencePorts,
  denials: readonly Denial[],
): Promise<void> {
  const book = createCaseBook(NOBODY, askedFacts([allowlist]));
  const verdicts = createVerdictBook({ allowlist, identity: NOBODY, evidence });
  for (const denial of denials) {
    const found = book.caseOf(denial);
    const own = await verdictsOn(denial, allowlist, evidence);
    if (found.kind === 'idle') {
      expect(own.map(({ cause, decision }) => [cause, decision])).toEqual(own.map(() => [found.cause, 'ignore']));
      continue;
    }
    for (const [context, verdict] of own.entries()) {
      const kept = verdicts.known(found, context) ?? (await verdicts.find(found, context, Date.parse(denial.at)));
      expect(kept).toEqual(verdict);
    }
  }
}

describe('denials of one case', () => {
  const many = fc.array(fc.tuple(fc.nat(), mutations), { minLength: 8, maxLength: 12 });
  it.each([
    ['offline', CARELESS, offlineEvidence('offline')],
    ['with a world', CARELESS, online],
    ['under a condition', CARELESS + CONDITION, online],
  ])('are all decided as the one that stands for them: %s', async (_name, text, evidence) => {
    await fc.assert(
      fc.asyncProperty(many, async (made) => {
        // Each is tried after the unchanged entry that it was made of, whose case it often falls into.
        const denials = made.flatMap(([index, changes]) => [denialOf(index, []), denialOf(index, changes)]);
        await areDecidedAlike(
          allowlistOf(text),
          evidence,
          denials.flatMap((denial) => denial ?? []),
        );
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 60) },
    );
  });

  it('are of one incident, and the same call again is the same case', () => {
    const book = createCaseBook(NOBODY, []);
    const first = book.caseOf(denialBy());
    const again = book.caseOf({
      ...denialBy(),
      insertId: 'x',
      entryId: 'x',
      at: '2026-11-25T00:00:00Z',
      callerIp: '::1',
    });
    expect(again).toBe(first);
    expect(book.caseOf({ ...denialBy(), permissions: ['aiplatform.endpoints.explain'] })).not.toBe(first);
    expect(book.incidents).toHaveLength(2);
  });

  it.each<[AskedFacts, number]>([
    [[], 1],
    [['model'], 2],
    [['model', 'callerIp'], 3],
  ])('differ in what conditions can see only where conditions are asked: %s', (asked, cases) => {
    const book = createCaseBook(NOBODY, asked);
    for (const change of [{}, { model: 'claude-opus-4' }, { callerIp: '198.51.100.1' }])
      book.caseOf({ ...denialBy(), ...change });
    expect(book.cases).toHaveLength(cases);
  });
});

describe('a verdict', () => {
  const timed = allowlistOf(`${CARELESS}    when: now > denial.at\n`);
  it.each([
    ['is kept where nothing depends on time', allowlistOf(CARELESS), 'missing-role-user', true],
    [
      'is found anew where the caller is bound under a condition',
      allowlistOf(CARELESS),
      'condition-unmet-expired',
      false,
    ],
    ['is found anew where a rule asks for the time', timed, 'missing-role-user', false],
    ['is found anew where a grant was made before', allowlistOf(CARELESS), 'propagating-own-grant', false],
  ])('%s', async (_name, allowlist, folder, isKept) => {
    const denial = denialBy();
    const found = await lookUp(denial, judgementOf(0), NOBODY, allowlist.role, readScenario(folder).evidence);
    expect(isTimeless(allowlist, denial, found)).toBe(isKept);
  });
});
