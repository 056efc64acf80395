import { spawnSync } from 'node:child_process';
import { parse } from '@cdktf/hcl2json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMember } from '../../src/iam/principal.ts';
import { escapeMarkdown } from '../../src/report/escape-markdown.ts';
import { quoteHcl } from '../../src/report/quote-hcl.ts';
import { plainLine, quoteShell, shortLine } from '../../src/report/quote-shell.ts';
import { gcloudGrant, gcloudUndo, terraformGrant, terraformImport } from '../../src/report/remedies/grant-commands.ts';

const HOSTILE = [
  `'; echo owned; '`,
  '$(echo owned)',
  '`echo owned`',
  '"; rm -rf / #',
  '${file("/etc/passwd")}',
  '%{ for x in y }',
  '$${already}',
  'a\\"b\\',
  'line\nbreak',
  'tab\tand\rreturn',
  '\u202Edlrow olleh',
  '\u0000nul',
  '--role=roles/owner',
  '-rf',
  '<<EOT\nEOT',
  '!history',
  '*',
  '~root',
  'x'.repeat(10_000),
  '🎉 émoji',
];
const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ maxLength: 80 }),
);

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
            `--member=${plainLine(member)}`,
            `--role=${plainLine(role)}`,
            '--condition=None',
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('a condition stays one argument with its commas and quotes', () => {
    const condition = {
      title: 'guestlist_x',
      description: '',
      expression: `request.time < timestamp("2026-12-01T00:00:00Z") && a in ['b', 'c']`,
      location: '',
    };
    const change = {
      project: 'acme-ml',
      role: 'roles/aiplatform.user',
      member: 'user:a@example.com',
      condition,
      expiresAt: null,
    };
    expect(shellArguments(gcloudGrant(change)).at(-1)).toBe(
      `--condition=^;^expression=${condition.expression};title=guestlist_x`,
    );
  });
});

describe('threat: a value that escapes the quotes of Terraform', () => {
  it('an HCL parser reads every text back as that text, with no template in it', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const parsed = await parse('quoted.tf', `locals {\n  value = ${quoteHcl(value)}\n}\n`);
        // HCL keeps strings in Unicode normal form C.
        const escaped = plainLine(value)
          .normalize('NFC')
          .replaceAll('${', () => '$${')
          .replaceAll('%{', () => '%%{');
        // The parser gives a string back with its template marks still escaped: evaluated, they are the text.
        expect(parsed).toEqual({ locals: [{ value: escaped }] });
      }),
      { numRuns: 150 },
    );
  });

  it('an HCL parser reads the resource and the import block with exactly their values', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (project, member) => {
        const change = { project, role: 'roles/aiplatform.user', member, condition: null, expiresAt: null };
        const parsed = JSON.stringify(
          await parse('grant.tf', `${terraformImport(change)}\n${terraformGrant(change)}\n`),
        );
        const quoted = (value: string) =>
          JSON.stringify(
            plainLine(value)
              .normalize('NFC')
              .replaceAll('${', () => '$${')
              .replaceAll('%{', () => '%%{'),
          );
        expect(JSON.parse(parsed).resource.google_project_iam_member).toBeTypeOf('object');
        expect(parsed.replaceAll('\\u003c', '<').replaceAll('\\u003e', '>').replaceAll('\\u0026', '&')).toContain(
          `"member":${quoted(member)}`,
        );
      }),
      { numRuns: 80 },
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
