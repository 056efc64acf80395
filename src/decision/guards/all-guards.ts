import type { GuardName } from '../decision.ts';
import type { Guard } from '../guard.ts';
import {
  causeIsGrantable,
  certaintyIsEnough,
  entryAgrees,
  evidenceWasRead,
  grantMayStay,
  noPerimeterInSight,
  notGrantedBefore,
  permissionIsNamed,
} from './evidence-guards.ts';
import { homeInOrganization, projectInOrganization } from './organization-guards.ts';
import {
  crossingIsAllowed,
  defaultAccountIsNamed,
  memberMayBeGranted,
  notGuestlistItself,
  userDomainIsListed,
} from './principal-guards.ts';
import { roleContainsPermission, roleMayBeGranted } from './role-guards.ts';

/** Every guard by name; each is asked about every denial a grant could help. */
export const GUARDS: Readonly<Record<GuardName, Guard>> = {
  'cause-is-grantable': causeIsGrantable,
  'evidence-was-read': evidenceWasRead,
  'entry-agrees': entryAgrees,
  'permission-is-named': permissionIsNamed,
  'member-may-be-granted': memberMayBeGranted,
  'not-guestlist-itself': notGuestlistItself,
  'user-domain-is-listed': userDomainIsListed,
  'project-in-organization': projectInOrganization,
  'home-in-organization': homeInOrganization,
  'role-may-be-granted': roleMayBeGranted,
  'role-contains-permission': roleContainsPermission,
  'certainty-is-enough': certaintyIsEnough,
  'grant-may-stay': grantMayStay,
  'not-granted-before': notGrantedBefore,
  'no-perimeter-in-sight': noPerimeterInSight,
  'crossing-is-allowed': crossingIsAllowed,
  'default-account-is-named': defaultAccountIsNamed,
};
