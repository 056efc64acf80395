import { remembering } from './remember.ts';

const PERMISSION = /^[a-z][a-zA-Z0-9]{0,62}(?:\.[a-zA-Z][a-zA-Z0-9_]{0,62}){2,4}$/;
const PERMISSION_V2 = /^([a-z][a-z0-9]{0,62})\.googleapis\.com\/([a-zA-Z][a-zA-Z0-9_.]{0,200})$/;

/** An IAM permission in v1 spelling: `service.resource.verb`. */
export type Permission = string;

/**
 * Reads a permission, or gives null when the text is none. Accepts the v2 spelling of deny policies
 * (`aiplatform.googleapis.com/endpoints.predict`) and turns it into the v1 spelling.
 */
export const parsePermission: (text: string) => Permission | null = remembering((text) => {
  const v2 = PERMISSION_V2.exec(text);
  const v1 = v2 === null ? text : `${v2[1]}.${v2[2]}`;
  return v1.length <= 200 && PERMISSION.test(v1) ? v1 : null;
});

/** The service a permission belongs to: `aiplatform` for `aiplatform.endpoints.predict`. */
export function serviceOf(permission: Permission): string {
  return permission.slice(0, permission.indexOf('.'));
}

/** True for permissions that let their holder change an access policy, and with it grant anything else. */
export function isPolicyWriting(permission: Permission): boolean {
  return permission.toLowerCase().endsWith('.setiampolicy');
}
