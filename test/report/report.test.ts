import { describe, expect, it } from 'vitest';
import { asServiceAccount, deniedCall } from '../../src/local/demo/demo-entries.ts';
import { roleAdvice } from '../../src/report/remedies/role-advice.ts';
import { renderMarkdown } from '../../src/report/render-markdown.ts';
import { denialOf } from '../fixtures/case.ts';
import { reportFor } from '../fixtures/report.ts';

const chat = asServiceAccount('chat@acme-ml.iam.gserviceaccount.com');

function denialFor(permission: string) {
  const text = JSON.stringify(deniedCall({ insertId: 'r1', project: 'acme-ml', caller: chat })).replaceAll(
    'aiplatform.endpoints.predict',
    permission,
  );
  return denialOf(JSON.parse(text));
}

describe('a report for people', () => {
  it('keeps a fence of Markdown closed whatever a command holds', () => {
    const remedies = [{ kind: 'gcloud', title: 'x', text: 'a\n```\n# not a heading\n````' }] as const;
    expect(renderMarkdown({ report: { ...reportFor('proposed'), remedies }, news: 'opened' })).toContain(
      '`````sh\na\n```\n# not a heading\n````\n`````',
    );
  });
});

describe('advice on roles', () => {
  it('names the smallest predefined role and a custom one with nothing beyond, ready to paste', () => {
    const advice = roleAdvice(denialFor('aiplatform.endpoints.deploy'), 'acme-ml');
    expect(advice.map((remedy) => remedy.kind)).toEqual(['note', 'gcloud', 'terraform', 'gcloud', 'terraform', 'note']);
    expect(advice.at(-3)?.text).toContain("--permissions='aiplatform.endpoints.deploy'");
  });

  it('prints no command for a role with which its holder could grant anything', () => {
    const advice = roleAdvice(denialFor('aiplatform.endpoints.setIamPolicy'), 'acme-ml');
    expect(advice.map((remedy) => remedy.kind)).toEqual(['note']);
    expect(advice[0]?.text).toContain('It can change access policies');
  });

  it('sends permissions of other services to the resource they belong on', () => {
    expect(roleAdvice(denialFor('storage.objects.get'), 'acme-ml')).toEqual([
      expect.objectContaining({
        kind: 'note',
        text: expect.stringContaining('roles/storage.objectViewer on the bucket'),
      }),
    ]);
  });
});
