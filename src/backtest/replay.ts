import type { Allowlist } from '../decision/allowlist.ts';
import { helpOfGrant } from '../diagnosis/diagnosis.ts';
import { DEFAULT_SUSPICION_LIMITS, type Judgement, NOTHING_SEEN, SHADOW_MILLISECONDS } from '../ledger/judge-caller.ts';
import type { Case, CaseBook, RefusedCase } from './case-book.ts';
import { type Context, contextOf, PLAIN } from './context.ts';
import type { History } from './history.ts';
import { readAhead } from './look-ahead.ts';
import { createRecentRefusals } from './recent-refusals.ts';
import { createSimulatedFunction, type Fate, type SimulatedFunction } from './simulated-function.ts';
import { Tally } from './tally.ts';
import type { Verdict } from './verdict.ts';
import type { VerdictBook } from './verdict-book.ts';

/** One allowlist under test, with all that is found out about it. */
export interface Trial {
  readonly allowlist: Allowlist;
  readonly verdicts: VerdictBook;
  readonly tally: Tally;
  readonly simulated: SimulatedFunction;
}

/** What one allowlist makes of one denial: what `explain` says of it, and what would have become of it. */
export interface Finding {
  readonly verdict: Verdict;
  readonly fate: Fate;
}

/** What a replay works with. */
export interface ReplayPorts {
  readonly history: Pick<History, 'next'>;
  readonly book: CaseBook;
  readonly trials: readonly Trial[];
  /** Told of each denial and what every trial makes of it, in the order of the trials. */
  readonly onDenial: (at: number, found: RefusedCase, findings: readonly Finding[]) => void;
  /** Called now and then, so that others may do something meanwhile; gives whether to go on. */
  readonly goOn: (entries: number) => Promise<boolean>;
}

/** How long the function waits, before it grants, for the record of a perimeter that may follow. */
const HOLD_MILLISECONDS = 5_000;

const ENTRIES_BETWEEN_PAUSES = 1 << 15;

/** Puts an allowlist on trial. */
export function createTrial(allowlist: Allowlist, verdicts: VerdictBook): Trial {
  const tally = new Tally(allowlist.rules.map(({ id }) => id));
  return { allowlist, verdicts, tally, simulated: createSimulatedFunction(allowlist) };
}

/**
 * Plays a history through, in order of time. What a denial is diagnosed and decided as is what `explain` says of it,
 * which knows what follows; what becomes of it is what the function would have done, which does not.
 */
export async function replay({ history, book, trials, onDenial, goOn }: ReplayPorts): Promise<void> {
  const limits = DEFAULT_SUSPICION_LIMITS;
  const watch = createRecentRefusals(book.incidents, limits);
  const ahead = Math.max(limits.windowMinutes * 60_000, SHADOW_MILLISECONDS);
  const next = readAhead(history, ahead, ({ at, found: id }) => {
    const found = caseAt(book, id);
    if (found.kind === 'refused') watch.observe(at, found);
  });
  let entries = 0;
  for (let moment = next(); moment !== null; moment = next()) {
    entries += 1;
    if (entries % ENTRIES_BETWEEN_PAUSES === 0 && !(await goOn(entries))) return;
    const { at } = moment;
    const found = caseAt(book, moment.found);
    if (found.kind === 'idle') {
      for (const { tally } of trials) tally.countIdle(at, found.cause);
      continue;
    }
    const whole = watch.judge(at, found, Number.POSITIVE_INFINITY);
    const then = whole === NOTHING_SEEN ? whole : watch.judge(at, found, at + HOLD_MILLISECONDS);
    const contexts = [PLAIN, contextOf(whole), contextOf(then)] as const;
    const findings: Finding[] = [];
    for (const trial of trials) {
      const finding = findKnown(trial, at, found, contexts) ?? (await find(trial, at, found, contexts));
      if (finding.verdict.cause === 'reconnaissance') noteSuspect(trial, at, found, whole);
      findings.push(finding);
    }
    onDenial(at, found, findings);
  }
}

/** Contexts of one denial: nothing else seen, all that there is to see, and what was to be seen then. */
type Contexts = readonly [plain: Context, whole: Context, then: Context];

function findKnown(trial: Trial, at: number, found: RefusedCase, [plain, whole, then]: Contexts): Finding | null {
  const alone = trial.verdicts.known(found, plain);
  const verdict = whole === plain ? alone : trial.verdicts.known(found, whole);
  const atOnce = then === plain ? alone : trial.verdicts.known(found, then);
  return alone === null || verdict === null || atOnce === null
    ? null
    : settle(trial, at, found, alone, verdict, atOnce);
}

async function find(trial: Trial, at: number, found: RefusedCase, [plain, whole, then]: Contexts): Promise<Finding> {
  const { verdicts } = trial;
  const alone = await verdicts.find(found, plain, at);
  const verdict = whole === plain ? alone : await verdicts.find(found, whole, at);
  const atOnce = then === plain ? alone : await verdicts.find(found, then, at);
  return settle(trial, at, found, alone, verdict, atOnce);
}

function settle(
  { tally, simulated }: Trial,
  at: number,
  { incident }: RefusedCase,
  plain: Verdict,
  verdict: Verdict,
  then: Verdict,
): Finding {
  const fate = simulated.take({ at, incident, plain, then });
  if (fate.kind === 'granted' && helpOfGrant[verdict.cause] !== 'grant-helps') fate.grant.hindsight = verdict.cause;
  tally.count(at, incident, verdict, fate);
  return { verdict, fate };
}

function noteSuspect({ tally }: Trial, at: number, { denial }: RefusedCase, { suspicion }: Judgement): void {
  if (denial.principal.member !== null) tally.noteSuspect(at, denial.principal.member, suspicion);
}

function caseAt({ cases }: CaseBook, id: number): Case {
  const found = cases[id];
  if (found === undefined) throw new Error(`the history names case ${id}, and there are ${cases.length}`);
  return found;
}
