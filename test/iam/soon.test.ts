import { describe, expect, it } from 'vitest';
import { andThen, orElse, type Soon } from '../../src/iam/soon.ts';

describe('what is there or comes', () => {
  it('is gone on with at once where it is there, and later where it comes', async () => {
    expect(andThen(1, (value) => value + 1)).toBe(2);
    expect(await andThen(Promise.resolve(1), (value) => value + 1)).toBe(2);
    expect(await andThen(1, async (value) => value + 1)).toBe(2);
  });

  it.each<[string, () => Soon<string>]>([
    [
      'thrown at once',
      () => {
        throw new Error('broken');
      },
    ],
    ['that comes', () => Promise.reject(new Error('broken'))],
  ])('is recovered from an error %s', async (_name, run) => {
    expect(await orElse(run, (error) => (error instanceof Error ? error.message : ''))).toBe('broken');
  });

  it('is left alone where there is no error', async () => {
    const never = () => 'recovered';
    expect(orElse(() => 'fine', never)).toBe('fine');
    expect(await orElse(async () => 'fine', never)).toBe('fine');
  });
});
