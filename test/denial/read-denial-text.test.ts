import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDenial } from '../../src/denial/read-denial.ts';
import { createDenialReader, type DenialTextReading } from '../../src/denial/read-denial-text.ts';
import { isRecord } from '../../src/ingest/fields.ts';
import { readEntryText } from '../../src/ingest/read-entry.ts';
import { mutate, mutations } from '../fuzz/mutate.ts';
import { readScenario, scenarioFolders } from '../scenario-files.ts';

const NOW = '2026-11-24T03:00:00.000Z';
const now = () => NOW;
const entries = scenarioFolders.flatMap((folder) => readScenario(folder).entries);

const LINK =
  ' Remediate access with this Troubleshooter URL or share it with your administrator - https://console.cloud.google.com/iam-admin/troubleshooter/summary;errorId=';

/** What a text comes to without any memory. */
function readAnew(text: string): DenialTextReading {
  return createDenialReader()(text, now);
}

const likely = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 15, arbitrary: usual }, { weight: 1, arbitrary: odd });

const id = likely(
  fc.stringMatching(/^[a-zA-Z0-9=%._-]{1,20}$/),
  fc.oneof(fc.constantFrom('', '"', '\\', ';errorId=x', '{"insertId":"a"}'), fc.string({ maxLength: 12 })),
);
const time = likely(
  fc.constantFrom('2026-11-21T10:00:00.5Z', '2026-11-21T10:00:00Z', '2026-11-21 10:00:00', '2026-11-21T10:00:00+02:00'),
  fc.oneof(fc.constantFrom('', 'soon', '2026-13-41T10:00:00Z'), fc.string({ maxLength: 30 })),
);

/** Values of all fields that differ from one entry of a call to the next, likely ones and hostile ones. */
const passing = fc.record({ insertId: id, timestamp: time, received: time, asked: time, ip: id, error: id, info: id });

type Passing = typeof passing extends fc.Arbitrary<infer T> ? T : never;

function withPassing(value: unknown, { insertId, timestamp, received, asked, ip, error, info }: Passing): unknown {
  if (!isRecord(value)) return value;
  const payload = part(value, 'protoPayload');
  const request = part(payload, 'requestMetadata');
  const status = part(payload, 'status');
  const details = Array.isArray(status.details) ? status.details : [];
  const message = `${String(status.message ?? '').split(' Remediate ')[0]}${LINK}${error}`;
  return {
    ...value,
    insertId,
    timestamp,
    receiveTimestamp: received,
    protoPayload: {
      ...payload,
      requestMetadata: { ...request, callerIp: ip, requestAttributes: { time: asked } },
      status: {
        ...status,
        message,
        details: details.map((detail, index) => (index === 0 ? withInfo(detail, info) : detail)),
      },
    },
  };
}

function withInfo(detail: unknown, id: string): unknown {
  return isRecord(detail) ? { ...detail, metadata: { ...part(detail, 'metadata'), error_info_id: id } } : detail;
}

function part(value: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  const found = value[name];
  return isRecord(found) ? found : {};
}

/** A way to write what JSON reads as something else than it looks like; `again` gives what is written a second time. */
type Trick = (text: string, again: (field: string) => string) => string;

const plainly: Trick = (text) => text;

const TRICKS: readonly Trick[] = [
  (text, again) => text.replace('"logName"', `"insertId":${again('insertId')},"logName"`),
  (text, again) => text.replace(/}$/, `,"insertI\\u0064":${again('insertId')}}`),
  (text, again) =>
    text.replace('"insertId"', '"x\\"insertId"').replace(/}$/, `,"insertI\\u0064":${again('insertId')}}`),
  (text, again) => text.replace(/}$/, `,"timestamp" :${again('timestamp')}}`),
  (text, again) => text.replace('"logName"', `"labels":{"callerIp":${again('callerIp')}},"logName"`),
  (text, again) => text.replace(/("requestMetadata":{[^}]*)}/, `$1,"\\u0063allerIp":${again('callerIp')}}`),
  (text, again) => text.replace(/"message":("[^"]*")/, `"message":$1,"messag\\u0065":${again('message')}`),
  (text, again) => text.replace(/"message":("[^"]*")/, `"x":$1,"message":${again('message').replace('=', '\\u003d')}`),
  (text) => text.replace('"insertId":"', '"insertId":\n"'),
  (text) => text.replace(/"insertId":"[^"]*"/, '"insertId":17'),
  (text) => text.replaceAll('error_info_id', 'error_info\\u005fid'),
  (text) => `,time\n${text}`,
  (text) => text.slice(0, -1),
  (text) => `\uFEFF${text}`,
  (text) => text.replace('"', '"\u2028'),
];

/** The value of a field as the text spells it, or another one. */
function spelled(text: string, other: string | null): (field: string) => string {
  return (field) => {
    const own = new RegExp(`"${field}":("[^"]*")`).exec(text)?.[1] ?? '""';
    if (other === null) return own;
    return field === 'message' ? own.replace(/errorId=.*$/, () => `errorId=${other}"`) : JSON.stringify(other);
  };
}

const usually = <T>(usual: T, odd: fc.Arbitrary<T>) => fc.oneof({ weight: 2, arbitrary: fc.constant(usual) }, odd);
const tricks = fc.constantFrom(...TRICKS);

const sent = fc.record({
  entry: fc.nat(),
  changes: usually([], mutations),
  first: usually(plainly, tricks),
  later: usually(null, tricks),
  value: usually(null, id),
  times: fc.tuple(passing, passing, passing),
});

describe('the reading of a text', () => {
  it('is the same whatever was read before it, to the letter', () => {
    let again = 0;
    fc.assert(
      fc.property(fc.array(sent, { minLength: 1, maxLength: 3 }), (made) => {
        const read = createDenialReader();
        for (const { entry, changes, first, later, value, times } of made) {
          const original = mutate(entries[entry % entries.length], changes);
          const start = JSON.stringify(withPassing(original, times[0]));
          for (const one of times) {
            const plain = JSON.stringify(withPassing(original, one));
            const isFirst = one === times[0];
            const trick = isFirst ? first : (later ?? first);
            const text = trick(plain, isFirst ? spelled(start, null) : spelled(value === null ? start : plain, value));
            again += 1;
            const reading = read(text, () => {
              again -= 1;
              return NOW;
            });
            expect(reading).toEqual(readAnew(text));
          }
        }
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 500) },
    );
    expect(again).toBeGreaterThan(100);
  });

  it.each(scenarioFolders)('is that of its entry, a first time and again: %s', (folder) => {
    const read = createDenialReader();
    for (const entry of [...readScenario(folder).entries, ...readScenario(folder).entries]) {
      const text = JSON.stringify(entry);
      const whole = readEntryText(text);
      if (whole.kind === 'unreadable') continue;
      const expected = readDenial(whole.entry, NOW);
      expect(read(text, now).kind).toBe(expected.kind);
      if (expected.kind === 'denial') expect(read(text, now)).toEqual(expected);
    }
  });

  const first: Passing = {
    insertId: 'a1',
    timestamp: '2026-11-21T10:00:00.5Z',
    received: '2026-11-21T10:00:01Z',
    asked: '2026-11-21T10:00:00.4Z',
    ip: '203.0.113.7',
    error: 'abc',
    info: 'info-1',
  };

  it('asks for the time only of a call that was not refused before, whatever passes', () => {
    const read = createDenialReader();
    let asked = 0;
    const count = () => {
      asked += 1;
      return NOW;
    };
    read(JSON.stringify(withPassing(entries[0], first)), count);
    const later: Passing = { ...first, insertId: 'a2', timestamp: '2026-11-22T10:00:00Z', ip: '2001:db8::1' };
    const text = JSON.stringify(withPassing(entries[0], { ...later, error: 'xyz%3D', info: 'info-2' }));
    const reading = read(text, count);
    expect(asked).toBe(1);
    expect(reading).toEqual(readAnew(text));
    expect(reading).toMatchObject({
      denial: { insertId: 'a2', at: '2026-11-22T10:00:00Z', callerIp: '2001:db8::1', errorInfoId: 'info-2' },
    });
  });

  it('never gives two entries one identity', () => {
    const read = createDenialReader();
    const ids = Array.from({ length: 20 }, (_, index) => {
      const reading = read(JSON.stringify(withPassing(entries[0], { ...first, insertId: `id-${index}` })), now);
      return reading.kind === 'denial' ? reading.denial.entryId : '';
    });
    expect(new Set(ids).size).toBe(20);
  });
});
