import { lintAllowlist } from '../decision/lint-allowlist.ts';
import { missingChannels } from '../report/deliver.ts';
import { type Check, type CheckResult, note, notLookedAt, ok } from './installation.ts';

/** The allowlist that is in force, and what is odd about it. */
export const checkAllowlist: Check = ({ allowlist }) => {
  const { mode, rules, domains, approvers } = allowlist;
  const warnings = lintAllowlist(allowlist).map(
    ({ ruleId, message }): CheckResult => note('allowlist', `rule ${ruleId}: ${message}`),
  );
  return [
    ok('allowlist', `mode ${mode}, ${rules.length} rules, ${domains.length} domains, ${approvers.length} approvers`),
    ...warnings,
  ];
};

/** The ledger answers, and there is somebody to tell. */
export const checkFunction: Check = ({ ledger, channels, allowlist }) => {
  const named = [allowlist.channels ?? [], ...allowlist.rules.map((rule) => rule.channels ?? [])].flat();
  const missing = missingChannels(named, channels);
  return [
    ledger.kind === 'known' ? ok('ledger', 'it answers') : notLookedAt('ledger', 'the ledger', ledger),
    ok('channels', `reports go to ${channels.join(', ')}`),
    ...missing.map((name) =>
      note(
        'channels',
        `the allowlist names ${name}, which is not set up here; the function says so in its log (channel-missing) where it is not set up there either`,
      ),
    ),
  ];
};
