import { describe, expect, it } from 'vitest';
import { helpOfGrant } from '../../src/diagnosis/diagnosis.ts';
import { allExhibits } from './exhibits.ts';
import { galleryPage } from './gallery-page.ts';

const exhibits = allExhibits();
const ids = exhibits.map(({ id }) => id);

describe('the gallery', () => {
  it('shows every cause, every kind of news and the digest', () => {
    expect(ids).toEqual(expect.arrayContaining([...Object.keys(helpOfGrant), 'news: gone', 'long', 'digest']));
    expect(ids.filter((id) => id.startsWith('news: '))).toHaveLength(9);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('shows each of them in every medium, as it would be sent', () => {
    for (const { media } of exhibits)
      expect(media.map(({ name }) => name)).toEqual(['Slack', 'Chat', 'Teams', 'HTML', 'Text', 'Markdown']);
    const [slack, chat, teams] = exhibits.find(({ id }) => id === 'missing-role')?.media ?? [];
    for (const medium of [slack, chat, teams]) {
      expect(medium?.html).toContain('was refused a call to gemini-2.5-flash in acme-ml');
      expect(medium?.html).toContain('gcloud projects add-iam-policy-binding');
      expect(medium?.html).toContain('href="https://console.cloud.google.com/iam-admin/iam?project=acme-ml"');
    }
  });

  it('is a page that loads nothing and runs nothing', () => {
    const page = galleryPage(exhibits);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'`);
    expect(page).not.toMatch(/<script|<link|<img|\bsrc="/);
  });
});
