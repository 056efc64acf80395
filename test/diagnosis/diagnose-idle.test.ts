import { describe, expect, it } from 'vitest';
import { readDenial } from '../../src/denial/read-denial.ts';
import { diagnoseEntry, diagnoseIdle } from '../../src/diagnosis/diagnose.ts';
import { helpOfGrant } from '../../src/diagnosis/diagnosis.ts';
import { isRecord } from '../../src/ingest/fields.ts';
import { NOTHING_SEEN } from '../../src/ledger/judge-caller.ts';
import { readScenario, scenarioFolders } from '../scenario-files.ts';

const identity = { kind: 'account', email: 'guestlist@acme-guestlist.iam.gserviceaccount.com', others: [] } as const;

describe('the causes about which there is nothing to do', () => {
  it.each(scenarioFolders)('are those that a whole diagnosis by the entry comes to: %s', (folder) => {
    for (const entry of readScenario(folder).entries) {
      const reading = isRecord(entry) ? readDenial(entry, '2026-11-24T03:00:00Z') : null;
      if (reading?.kind !== 'denial') continue;
      const question = { denial: reading.denial, identity, ...NOTHING_SEEN };
      const whole = diagnoseEntry(question);
      const isIdle = whole !== null && helpOfGrant[whole.cause] === 'nothing-to-do';
      expect(diagnoseIdle(question)).toEqual(isIdle ? whole : null);
    }
  });
});
