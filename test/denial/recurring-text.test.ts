import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PassingField, passingFields } from '../../src/denial/passing-fields.ts';
import { readDenial } from '../../src/denial/read-denial.ts';
import { createRecurringText } from '../../src/denial/recurring-text.ts';
import { parseTimestamp } from '../../src/iam/timestamp.ts';
import { isRecord } from '../../src/ingest/fields.ts';
import { syntheticHistory, USUAL_SHAPE } from '../backtest/synthetic-history.ts';
import { mutate, mutations } from '../fuzz/mutate.ts';
import { readScenario, scenarioFolders } from '../scenario-files.ts';

const entries = scenarioFolders.flatMap((folder) => readScenario(folder).entries);

/** What an entry is read as, without what differs from one call to the next; null where it cannot be read. */
function facts(value: unknown): object | null {
  const reading = isRecord(value) ? readDenial(value, '2026-11-24T03:00:00Z') : null;
  if (reading?.kind !== 'denial') return null;
  const passing = { entryId: '', insertId: '', at: '', callerIp: '', troubleshooterLink: '', errorInfoId: '' };
  const errors = reading.denial.errors.map(({ metadata, ...error }) => ({
    ...error,
    metadata: [...metadata].filter(([name]) => name !== 'error_info_id'),
  }));
  return { ...reading.denial, ...passing, errors };
}

const asIs = (parts: string) => parts;

const again = fc.record({
  insertId: fc.oneof(fc.stringMatching(/^[a-z0-9]{1,30}$/), fc.string({ maxLength: 10 })),
  timestamp: fc.oneof(fc.constant('2026-11-21T10:00:00.5Z'), fc.constant('2026-13-41T10:00:00Z'), fc.string()),
  callerIp: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()),
});

describe('a text that is known again', () => {
  it('comes to what reading it in full comes to, whatever else is sent', () => {
    const some = fc.tuple(fc.nat(), mutations, again);
    fc.assert(
      fc.property(fc.array(some, { minLength: 2, maxLength: 6 }), (made) => {
        const recurring = createRecurringText<unknown>(100, asIs);
        for (const [index, changes, passing] of made) {
          const original: unknown = structuredClone(entries[index % entries.length]);
          for (const value of [
            original,
            mutate(original, changes),
            withPassing(original, passing),
            mutate(withPassing(original, passing), changes),
          ]) {
            if (!isRecord(value)) continue;
            const text = JSON.stringify(value);
            const known = recurring.find(text);
            if (known !== null) {
              expect(facts(value)).toEqual(known.value);
              expect([known.at, known.insertId]).toEqual([parseTimestamp(String(value.timestamp)), value.insertId]);
            }
            const read = facts(value);
            if (read !== null) recurring.learn(text, passingFields(value, []), read);
          }
        }
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 300) },
    );
  });

  function withPassing(
    value: unknown,
    { insertId, timestamp, callerIp }: { insertId: string; timestamp: string; callerIp: string },
  ) {
    if (!isRecord(value)) return value;
    const payload = isRecord(value.protoPayload) ? value.protoPayload : {};
    const request = isRecord(payload.requestMetadata) ? payload.requestMetadata : {};
    return { ...value, insertId, timestamp, protoPayload: { ...payload, requestMetadata: { ...request, callerIp } } };
  }

  it('is most of a usual history', () => {
    const recurring = createRecurringText<number>(1_000, asIs);
    let found = 0;
    for (const text of syntheticHistory({ ...USUAL_SHAPE, entries: 2_000, problems: 100 })) {
      if (recurring.find(text) !== null) found += 1;
      else recurring.learn(text, passingFields(JSON.parse(text), []), 1);
    }
    expect(found).toBeGreaterThan(1_850);
  });

  const text = JSON.stringify(entries[0]);
  const learned = (asked: Parameters<typeof passingFields>[1], of = text) => {
    const recurring = createRecurringText<string>(100, asIs);
    recurring.learn(of, passingFields(JSON.parse(of), asked), 'known');
    return recurring;
  };
  const ip = (address: string) => text.replace(/"callerIp":"[^"]*"/, `"callerIp":"${address}"`);

  it('may differ in the address of the caller only where no rule asks for it', () => {
    expect(learned([]).find(ip('198.51.100.99'))?.value).toBe('known');
    expect(learned(['callerIp']).find(ip('198.51.100.99'))).toBeNull();
  });

  it.each([
    ['an escape in a passing value', ip('\\u0031')],
    ['a raw line break in one', ip('1\n2')],
    ['another caller', text.replaceAll('@', '.x@')],
    ['a time that is none', text.replace(/"timestamp":"[^"]*"/, '"timestamp":"soon"')],
    ['no id', text.replace(/"insertId":"[^"]*"/, '"insertId":""')],
    ['a text that breaks off', text.slice(0, -1)],
  ])('is not one with %s', (_name, other) => {
    expect(learned([]).find(other)).toBeNull();
  });

  const moved = '"timestamp":"2026-11-20T09:30:15.123456789Z"';
  it.each([
    ['stands twice', (of: string) => of.replace('"severity"', `"labels":{${moved}},"severity"`)],
    [
      'is spelled in two ways',
      (of: string) => of.replace('"severity"', `${moved.replace('time', 'tim\\u0065')},"severity"`),
    ],
    ['stands before a space too', (of: string) => of.replace('"severity"', `${moved.replace(':', ' :')},"severity"`)],
    ['stands in a text too', (of: string) => of.replace('"severity"', '"labels":{"x":"\\"timestamp"},"severity"')],
  ])(
    'threat: is not learned where the name of a field %s, so that nobody can pass one time off as another',
    (_name, change) => {
      const twice = change(text);
      expect(JSON.parse(twice)).toMatchObject({ timestamp: JSON.parse(text).timestamp });
      expect(learned([], twice).find(twice)).toBeNull();
    },
  );

  it('is not one with the name of a field before it, which is no JSON', () => {
    const recurring = learned([]);
    const shorter = '{"insertId":"a","timestamp":"2026-11-21T10:00:00Z"}';
    const longer = `${shorter.slice(0, -1)},"time":""}`;
    for (const known of [shorter, longer.replace('""', '"t"')]) {
      const { insertId, timestamp, time } = JSON.parse(known);
      const times = time === undefined ? [] : ([['time', time]] as const);
      recurring.learn(
        known,
        new Map<PassingField, string>([['insertId', insertId], ['timestamp', timestamp], ...times]),
        'known',
      );
    }
    expect(recurring.find(longer)?.value).toBe('known');
    expect(recurring.find(`,time${longer}`)).toBeNull();
  });

  it('may carry the link that newer messages end in, which differs in each request', () => {
    const link = (id: string) =>
      ` Remediate access with this Troubleshooter URL or share it with your administrator - https://console.cloud.google.com/iam-admin/troubleshooter/summary;errorId=${id} .`;
    const withLink = (id: string) => text.replace('(or it may not exist).', `(or it may not exist).${link(id)}`);
    expect(withLink('a')).not.toBe(text);
    expect(learned([], withLink('abc=')).find(withLink('xyz%3D'))?.value).toBe('known');
  });
});
