import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consoleLinks } from '../../src/report/console-links.ts';
import { plainLine } from '../../src/report/quote-shell.ts';
import { incidentLog, incidentQuery, withIncidentLog } from '../../src/report/remedies/incident-log.ts';
import type { DenialFacts } from '../../src/report/report.ts';
import { hostileText } from '../fixtures/hostile.ts';
import { reportFor } from '../fixtures/report.ts';

const AT = '2026-11-24T02:14:07Z';
const { denial, incident } = reportFor('proposed');

describe('links into the console', () => {
  it('open the Policy Troubleshooter with its answer', () => {
    expect(
      consoleLinks.troubleshooter('chat@acme-ml.iam.gserviceaccount.com', 'aiplatform.endpoints.predict', 'acme-ml'),
    ).toBe(
      'https://console.cloud.google.com/iam-admin/troubleshooter;principal=chat%40acme-ml.iam.gserviceaccount.com;resources=%2F%2Fcloudresourcemanager.googleapis.com%2Fprojects%2Facme-ml;permissions=aiplatform.endpoints.predict/result?project=acme-ml',
    );
  });

  it('open one entry of the log at its time', () => {
    expect(consoleLinks.logEntry('acme-ml', 'i(1)', AT)).toBe(
      'https://console.cloud.google.com/logs/query;query=insertId%3D%22i%281%29%22%0Atimestamp%3D%222026-11-24T02%3A14%3A07Z%22;cursorTimestamp=2026-11-24T02%3A14%3A07Z?project=acme-ml',
    );
  });

  it('name no project where the log is not that of one', () => {
    expect(consoleLinks.logEntry('', 'i1', AT)).not.toContain('?');
  });

  it('threat: hold every value inside the parameter that it belongs to', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (one, other, project) => {
        const links = [
          consoleLinks.iam(project),
          consoleLinks.logEntry(project, one, other),
          consoleLinks.logQuery(project, one, other),
          consoleLinks.perimeterLog(project, one),
          consoleLinks.troubleshooter(one, other, project),
          consoleLinks.perimeterViolation(one),
        ];
        for (const link of links) {
          expect(link).toMatch(
            /^https:\/\/console\.cloud\.google\.com\/[a-z/-]+(?:;[a-zA-Z]+=[\w.~%-]*)*(?:\/result)?(?:\?project=[\w.~%-]*)?$/,
          );
        }
        expect(new URL(consoleLinks.iam(project)).searchParams.get('project')).toBe(project.toWellFormed());
      }),
      { numRuns: 200 },
    );
  });
});

/** The values of a query between their quotes, read character by character, and what stands outside of them. */
function readQuery(query: string): { readonly values: readonly string[]; readonly outside: string } {
  const values: string[] = [];
  let outside = '';
  let value: string | null = null;
  for (let at = 0; at < query.length; at += 1) {
    const char = query[at] ?? '';
    if (value === null && char === '"') value = '';
    else if (value === null) outside += char;
    else if (char === '"') {
      values.push(value);
      value = null;
    } else {
      if (char === '\\') at += 1;
      value += query[at] ?? '';
    }
  }
  if (value !== null) throw new Error(`no end of quotes in ${query}`);
  return { values, outside };
}

describe('the query of an incident', () => {
  it('finds the same caller, permission and project within its time, however the entry spells them', () => {
    const times = { ...incident, firstAt: AT, lastAt: '2026-11-24T02:20:00.5Z', repeats: 3 };
    expect(incidentQuery(denial, times).split('\n')).toEqual([
      'logName:"/logs/cloudaudit.googleapis.com"',
      'protoPayload.serviceName="aiplatform.googleapis.com"',
      'protoPayload.status.code=7',
      '(protoPayload.authenticationInfo.principalSubject="user:alice@example.com" OR protoPayload.authenticationInfo.principalEmail="alice@example.com")',
      '(protoPayload.authorizationInfo.permission="aiplatform.endpoints.predict" OR protoPayload.status.message:"aiplatform.endpoints.predict" OR protoPayload.methodName="google.cloud.aiplatform.v1.PredictionService.GenerateContent")',
      'timestamp>="2026-11-24T02:14:07Z"',
      'timestamp<="2026-11-24T02:20:00.5Z"',
    ]);
    expect(incidentLog(denial, times).link).toContain('?project=acme-ml');
  });

  it('names no caller where the entry names none, and says so', () => {
    const withheld = { ...denial, principal: { kind: 'withheld', member: null } };
    expect(incidentQuery(withheld, incident)).not.toContain('authenticationInfo');
    expect(incidentLog(withheld, incident).text).toContain('whoever called');
  });

  it('goes with the incident when its report is told again', () => {
    const later = { ...incident, repeats: 9, lastAt: '2026-11-24T09:00:00Z' };
    const other = { kind: 'note', title: 'x', text: 'y' } as const;
    const [kept, renewed] = withIncidentLog([other, incidentLog(denial, incident)], denial, later);
    expect(kept).toEqual(other);
    expect(renewed).toEqual(incidentLog(denial, later));
  });

  it('threat: keeps every value between its quotes, whatever an entry holds', () => {
    const facts: fc.Arbitrary<DenialFacts> = fc
      .record({
        service: hostileText,
        method: hostileText,
        permissions: fc.array(hostileText, { maxLength: 3 }),
        principal: fc.record({ kind: fc.constant('user'), member: hostileText, email: hostileText }),
      })
      .map((values) => ({ ...denial, ...values }));
    fc.assert(
      fc.property(facts, (hostile) => {
        const { values, outside } = readQuery(incidentQuery(hostile, incident));
        expect(outside).toMatch(/^[A-Za-z0-9.:=<>() \n]+$/);
        expect(values).toContain(plainLine(hostile.method));
        expect(values).toContain(plainLine(hostile.principal.member ?? ''));
        for (const permission of hostile.permissions) expect(values).toContain(plainLine(permission));
      }),
      { numRuns: 200 },
    );
  });
});
