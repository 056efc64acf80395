import { crossingOf } from '../../diagnosis/crossing.ts';
import { domainOf } from '../../iam/email.ts';
import { isOwnEmail } from '../../iam/identity.ts';
import { emailOf } from '../../iam/principal.ts';
import type { GuardResult } from '../decision.ts';
import { check, type GuardInput, held, notKnown } from '../guard.ts';
import { namesLiterally } from '../member-pattern.ts';

/** Only whole members of a kind that names one caller are granted. */
export function memberMayBeGranted({ denial }: GuardInput): GuardResult {
  const guard = 'member-may-be-granted';
  switch (denial.principal.kind) {
    case 'user':
    case 'service-account':
    case 'default-service-account':
    case 'workload-identity':
    case 'gke-workload':
    case 'agent-identity':
      return held(guard, `${denial.principal.kind} names one caller`);
    case 'workforce-identity':
      return check(guard, false, '', 'the entry does not show that the workforce pool belongs to this organization');
    case 'service-agent':
    case 'deleted':
    case 'withheld':
    case 'unrecognized':
      return check(guard, false, '', `a ${denial.principal.kind} caller is never granted anything`);
  }
}

/** Guestlist never grants itself anything, and has to know who it is to be sure. */
export function notGuestlistItself({ denial, identity }: GuardInput): GuardResult {
  const guard = 'not-guestlist-itself';
  if (identity.kind === 'not-known') return notKnown(guard, 'Guestlist could not find out its own service account');
  if (identity.kind === 'nobody') return held(guard, 'no account of Guestlist was named');
  const email = emailOf(denial.principal);
  return check(
    guard,
    email === null || !isOwnEmail(identity, email),
    'the caller is somebody else',
    'the caller is Guestlist itself',
  );
}

/** People outside the listed domains are never granted. Domains are compared whole. */
export function userDomainIsListed({ denial, allowlist }: GuardInput): GuardResult {
  const guard = 'user-domain-is-listed';
  const { principal } = denial;
  if (principal.kind !== 'user') return held(guard, 'the caller is not a person');
  const domain = domainOf(principal.email);
  return check(
    guard,
    allowlist.domains.includes(domain),
    `${domain} is listed`,
    `${domain} is not among the domains of the allowlist`,
  );
}

/** A cross-project grant needs the rule's own word. */
export function crossingIsAllowed({ denial, evidence, rule }: GuardInput): GuardResult {
  const guard = 'crossing-is-allowed';
  const crossing = crossingOf(denial, evidence);
  switch (crossing.kind) {
    case 'no-home':
    case 'same-project':
      return held(guard, 'caller and resource are not in different projects');
    case 'not-known':
      return notKnown(guard, `whether the caller's home ${crossing.home} is this project could not be looked up`);
    case 'crossing':
      return check(
        guard,
        rule?.crossProject === 'allowed',
        `the rule allows callers of ${crossing.home}`,
        `the caller lives in ${crossing.home}, and no matching rule says crossProject: true`,
      );
  }
}

/** Default service accounts are shared by every workload of their project, so a rule has to name them literally. */
export function defaultAccountIsNamed({ denial, rule }: GuardInput): GuardResult {
  const guard = 'default-account-is-named';
  const { principal } = denial;
  if (principal.kind !== 'default-service-account') return held(guard, 'the caller is no default service account');
  const isNamed = rule?.principals.some((pattern) => namesLiterally(pattern, principal)) ?? false;
  return check(
    guard,
    isNamed,
    'the rule names this default service account',
    'a default service account has to be named literally by the rule',
  );
}
