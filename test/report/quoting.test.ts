import { spawnSync } from 'node:child_process';
import { parse } from '@cdktf/hcl2json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMember, storedMember } from '../../src/iam/principal.ts';
import { escapeMarkdown } from '../../src/report/escape-markdown.ts';
import { quoteHcl } from '../../src/report/quote-hcl.ts';
import { plainLine, quoteShell, shortLine } from '../../src/report/quote-shell.ts';
import { gcloudCheck, gcloudGrant, gcloudUndo } from '../../src/report/remedies/grant-commands.ts';
import { hclText, hostileText as text } from '../fixtures/hostile.ts';
import { CHANGE } from '../fixtures/intent.ts';

/** What a real shell makes of words: each argument it sees, in order. */
function shellArguments(command: string): readonly string[] {
  const { stdout, status } = spawnSync('sh', ['-c', `printf '%s\\0' ${command}`], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(status).toBe(0);
  return stdout.split('\0').slice(0, -1);
}

describe('threat: a value that escapes the quotes of a command', () => {
  it('a real shell sees every text as one argument, and as that text on one line', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), (texts) => {
        expect(shellArguments(texts.map(quoteShell).join(' '))).toEqual(texts.map(plainLine));
      }),
      { numRuns: 60 },
    );
  });

  it('a real shell sees the gcloud commands with exactly their arguments, whatever the values', () => {
    fc.assert(
      fc.property(text, text, text, (project, role, member) => {
        const change = { project, role, member, condition: null, expiresAt: null };
        for (const command of [gcloudGrant(change), gcloudUndo(change)]) {
          const [gcloud, ...rest] = shellArguments(command);
          expect(gcloud).toBe('gcloud');
          expect(rest).toEqual([
            'projects',
            expect.stringMatching(/^(?:add|remove)-iam-policy-binding$/),
            plainLine(project),
            `--member=${plainLine(storedMember(member))}`,
            `--role=${plainLine(role)}`,
            '--condition=None',
            '--format=none',
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gcloud reads the parts of a condition out of one argument, with their commas, quotes and semicolons', () => {
    const condition = {
      title: 'guestlist_x',
      description: 'ends; then, it is over',
      expression: `request.time < timestamp("2026-12-01T00:00:00Z") && a in ['b', 'c'] || d == 'e|f'`,
      location: '',
    };
    const change = { ...CHANGE, condition };
    for (const command of [gcloudGrant(change), gcloudUndo(change)]) {
      const flag = shellArguments(command).find((argument) => argument.startsWith('--condition=')) ?? '';
      expect(gcloudDictionary(flag.slice('--condition='.length))).toEqual({
        title: condition.title,
        description: condition.description,
        expression: condition.expression,
      });
    }
  });

  it('gcloud reads every text of a filter as that text', () => {
    fc.assert(
      fc.property(text, text, text, (project, role, member) => {
        const [, , verb, resource, , filter = ''] = shellArguments(gcloudCheck({ project, role, member }));
        expect([verb, resource]).toEqual(['get-iam-policy', plainLine(project)]);
        const [one, other, ...more] = filterTerms(filter.slice('--filter='.length));
        expect([one, other, more]).toEqual([
          ['bindings.role', plainLine(role)],
          ['bindings.members', plainLine(storedMember(member))],
          [],
        ]);
      }),
      { numRuns: 60 },
    );
  });
});

/** Reads a dictionary argument as gcloud does (`gcloud topic escaping`): `^;^` makes `;` the separator. */
function gcloudDictionary(argument: string): Readonly<Record<string, string>> {
  const [, separator = ',', list = argument] = /^\^([^^]+)\^(.*)$/s.exec(argument) ?? [];
  return Object.fromEntries(
    list.split(separator).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

/** Reads the terms `key="value"` of a filter, joined by AND, character by character: a backslash takes the next one as it is. */
function filterTerms(filter: string): readonly (readonly [key: string, value: string])[] {
  const terms: [string, string][] = [];
  let rest = filter;
  while (rest !== '') {
    const key = rest.slice(0, rest.indexOf('='));
    let value = '';
    let at = key.length + 2;
    for (; rest[at] !== '"'; at += 1) {
      if (rest[at] === undefined) throw new Error(`no end of quotes in ${filter}`);
      if (rest[at] === '\\') at += 1;
      value += rest[at];
    }
    terms.push([key, value]);
    rest = rest.slice(at + 1).replace(/^ AND /, '');
  }
  return terms;
}

describe('threat: a value that escapes the quotes of Terraform', () => {
  it('an HCL parser reads every text back as that text, with no template in it', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const parsed = await parse('quoted.tf', `locals {\n  value = ${quoteHcl(value)}\n}\n`);
        expect(parsed).toEqual({ locals: [{ value: hclText(value) }] });
      }),
      { numRuns: 150 },
    );
  });
});

describe('threat: text that becomes formatting, mentions or control codes', () => {
  it('a plain line holds no line ends, control, zero-width or bidirectional characters', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(plainLine(value)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
    );
  });

  it('a short line says how much it leaves out', () => {
    expect(shortLine('x'.repeat(12), 10)).toBe(`${'x'.repeat(10)}… (2 characters more)`);
    expect(shortLine('short', 10)).toBe('short');
  });

  it('Markdown gets no markup, mention, link or HTML from a text', () => {
    expect(escapeMarkdown('**a** [x](http://y) <b> @all `c` #1 | ~s~')).toBe(
      '\\*\\*a\\*\\* \\[x\\]\\(http\\://y\\) &lt;b\\> &#64;all \\`c\\` \\#1 \\| \\~s\\~',
    );
  });
});

describe('threat: a member that is not whole', () => {
  it('no text that a shell or HCL could act on is ever a member', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'user:',
          'serviceAccount:',
          'principal://iam.googleapis.com/locations/global/workforcePools/p/subject/',
          '',
        ),
        text,
        fc.constantFrom('', '@example.com', '@acme-ml.iam.gserviceaccount.com'),
        (kind, middle, end) => {
          const { member } = parseMember(`${kind}${middle}${end}`);
          if (member !== null) expect(member).toMatch(/^[A-Za-z0-9._%+:/@=,~|#[\]-]+$/);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
