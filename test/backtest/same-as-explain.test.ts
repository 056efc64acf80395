import { describe, expect, it } from 'vitest';
import { createCaseBook } from '../../src/backtest/case-book.ts';
import { entryMark } from '../../src/backtest/entry-mark.ts';
import { createHistory } from '../../src/backtest/history.ts';
import { createTrial, replay } from '../../src/backtest/replay.ts';
import { askedFacts } from '../../src/backtest/stand-in.ts';
import { createVerdictBook } from '../../src/backtest/verdict-book.ts';
import { readDenial } from '../../src/denial/read-denial.ts';
import { createExplainer } from '../../src/explainer.ts';
import { millisecondsOf } from '../../src/iam/timestamp.ts';
import { NOW, readScenario, type Scenario, scenarioFolders } from '../scenario-files.ts';
import { memoryStore } from './memory-runs.ts';

/** What is said of each denial, in an order that does not depend on who says it. */
async function asExplained({ allowlist, identity, evidence, entries }: Scenario): Promise<readonly string[]> {
  const explainer = createExplainer({
    allowlist: async () => allowlist,
    identity,
    evidence,
    now: () => Date.parse(NOW),
  });
  for (const entry of entries) await explainer.observe(entry);
  const lines = new Map<string, string>();
  for (const entry of entries) {
    const result = await explainer.explain(entry);
    if (result.kind === 'unreadable') throw new Error(result.reason);
    const { denial, diagnosis, decision } = result.report;
    const matched = decision.rules.filter((rule) => rule.result === 'matched').map((rule) => rule.id);
    const said = decision.kind === 'ignore' && matched.length === 0 ? [] : [denial.at, diagnosis.certainty, ...matched];
    lines.set(denial.entryId, [diagnosis.cause, decision.kind, ...said].join(' '));
  }
  return [...lines.values()].sort();
}

async function asBacktested({ allowlist, identity, evidence, entries }: Scenario): Promise<readonly string[]> {
  const book = createCaseBook(identity, askedFacts([allowlist]));
  const history = createHistory(memoryStore());
  const times = new Map<number, string>();
  for (const entry of entries) {
    const reading = readDenial(entry, NOW);
    if (reading.kind === 'unreadable') throw new Error(JSON.stringify(reading.issues));
    const { denial } = reading;
    times.set(millisecondsOf(denial.at), denial.at);
    history.add(millisecondsOf(denial.at), book.caseOf(denial).id, entryMark(denial.entryId));
  }
  const trial = createTrial(allowlist, createVerdictBook({ allowlist, identity, evidence }));
  const lines: string[] = [];
  await replay({
    history,
    book,
    trials: [trial],
    goOn: async () => true,
    onDenial: (at, _found, [finding]) => {
      if (finding === undefined) throw new Error('no finding');
      const { cause, certainty, decision, matched } = finding.verdict;
      const rules = matched.map((place) => allowlist.rules[place]?.id ?? '');
      const said = decision === 'ignore' && rules.length === 0 ? [] : [times.get(at), certainty, ...rules];
      lines.push([cause, decision, ...said].join(' '));
    },
  });
  const idle = [...trial.tally.causes].flatMap(([cause, entryCount]) =>
    cause === 'not-denied' || cause === 'out-of-scope'
      ? Array.from({ length: entryCount }, () => `${cause} ignore`)
      : [],
  );
  return [...lines, ...idle].sort();
}

describe('a backtest', () => {
  it.each(scenarioFolders)('says of the denials of scenario %s what explain says', async (folder) => {
    const scenario = readScenario(folder);
    expect(await asBacktested(scenario)).toEqual(await asExplained(scenario));
  });
});
