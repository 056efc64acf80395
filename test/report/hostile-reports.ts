import fc from 'fast-check';
import type { Digest } from '../../src/report/digest-report.ts';
import type { NewsKind, Posting } from '../../src/report/posting.ts';
import type { Report } from '../../src/report/report.ts';
import { fullDigest, fullReport, longReport } from '../fixtures/full-report.ts';
import { reportFor } from '../fixtures/report.ts';

/** What an attacker would put into a name, for every medium at once. */
export const HOSTILE_TEXTS: readonly string[] = [
  '<!channel> <!here> <!everyone> <@U1> <#C1> <!subteam^S1>',
  '@channel @here @everyone @alice',
  '<users/all> <users/123> <https://evil.example|Open IAM>',
  '&lt;!channel&gt; &amp;lt;users/all&amp;gt;',
  '*bold* _italic_ ~struck~ `code` ```fence``` :skull:',
  '[Open IAM](https://evil.example) ![x](https://evil.example/x.png) <https://evil.example>',
  'https://evil.example www.evil.example mailto:a@evil.example',
  '# heading\n- item\n1. one\n> quote\n| a | b |\n---\n```\nfence\n```',
  '<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>',
  '"><script src="https://evil.example/x.js"></script>',
  `' onmouseover='alert(1)' style='background:url(https://evil.example)'`,
  '</title></style></pre></code></textarea><iframe src="https://evil.example">',
  '<b>bold</b><a href="https://evil.example">x</a><br><pre>',
  '{{DATE({{TIME('.repeat(30),
  '<at>alice</at> {{DATE(2017-02-14T06:08:00Z)}} {{TIME(2017-02-14T06:08:00Z)}} {{{{',
  '${file("/etc/passwd")} %{ for x in y } $${x} @{triggerBody()}',
  "'; rm -rf / # $(id) `id` \nEOF\nEOT\n",
  'javascript:alert(1)',
  'https://console.cloud.google.com@evil.example/',
  'https://console.cloud.google.com/)](https://evil.example)',
  '\u202Egnp.exe\u2066\u2069\u200B\u200F\uFEFF\u00AD\u061C',
  '\u0000\u0007\u001B[31m\u0085\u2028\u2029\r\n\t',
  '\uD800 lone \uDC00 surrogates \uDBFF',
  '🎉 é ﷽ \u0301\u0301\u0301',
  '',
  ' ',
  '__proto__',
];

const hostileText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom(...HOSTILE_TEXTS), { maxLength: 6 }).map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_TEXTS).map((text) => text.repeat(40)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('<', '&', '"', '\\', 'ß', '🎉', '`', '{').map((text) => text.repeat(5_000)),
  },
);

const NEWS: readonly NewsKind[] = [
  'opened',
  'repeated',
  'changed',
  'approved',
  'verified',
  'did-not-help',
  'gone',
  'undone',
  'ended',
];

/** Reports of every shape whose every text is hostile. */
export const hostilePostings: fc.Arbitrary<Posting> = fc
  .record({
    report: fc.constantFrom(fullReport(), longReport(), reportFor('proposed'), reportFor('advised')),
    news: fc.constantFrom(...NEWS),
    texts: fc.array(hostileText, { minLength: 1, maxLength: 12 }),
  })
  .map(({ report, news, texts }) => ({ report: withTexts(report, texts), news }));

/** Digests whose every text is hostile. */
export const hostileDigests: fc.Arbitrary<Digest> = fc
  .array(hostileText, { minLength: 1, maxLength: 12 })
  .map((texts) => withTexts(manyLines(), texts));

/** The largest report there can be: every text of a long one is this one. */
export function filledWith(text: string): Report {
  return withTexts(longReport(), [text]);
}

function manyLines(): Digest {
  const digest = fullDigest();
  const [line] = digest.grantsMade;
  const lines = line === undefined ? [] : Array.from({ length: 12 }, () => line);
  return { ...digest, openProposals: lines, grantsMade: lines, grantsThatEndSoon: lines, grantsThatFailed: lines };
}

// These are from closed sets, by the types and by the published schema.
const CLOSED: ReadonlySet<string> = new Set(['schema', 'kind', 'cause', 'certainty', 'state', 'effect', 'result']);

/** The same value with every text in it replaced, whatever field it stands in. */
function withTexts<Value>(value: Value, texts: readonly string[]): Value {
  let count = 0;
  return JSON.parse(JSON.stringify(value), (key, found) =>
    typeof found === 'string' && !CLOSED.has(key) ? texts[count++ % texts.length] : found,
  );
}
