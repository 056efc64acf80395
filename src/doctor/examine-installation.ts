import { checkAuditLogs } from './check-audit-logs.ts';
import { checkAllowlist, checkFunction } from './check-function.ts';
import { checkPermissions } from './check-permissions.ts';
import { checkSink } from './check-sink.ts';
import { checkSubscription } from './check-subscription.ts';
import type { Check, CheckResult, Installation } from './installation.ts';

/** In the order in which a refusal goes through an installation. */
const CHECKS: readonly Check[] = [
  checkAuditLogs,
  checkSink,
  checkSubscription,
  checkPermissions,
  checkAllowlist,
  checkFunction,
];

/** Looks at all of an installation: what is right, what is wrong and how to mend it, and what could not be seen. */
export function examineInstallation(installation: Installation): readonly CheckResult[] {
  return CHECKS.flatMap((check) => check(installation));
}
