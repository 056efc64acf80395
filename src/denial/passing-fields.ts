import { type Fields, readFields } from '../ingest/fields.ts';
import type { Entry } from '../ingest/read-entry.ts';

/** The fields by which entries of the same call differ, and which decide nothing. */
export type PassingField =
  | 'insertId'
  | 'timestamp'
  | 'receiveTimestamp'
  | 'time'
  | 'callerIp'
  | 'errorId'
  | 'errorInfoId';

/** How JSON without spaces, as Cloud Logging writes it, spells what names a passing field, and what is before its value. */
export const SPELLINGS: Readonly<Record<PassingField, { readonly name: string; readonly before: string }>> = {
  insertId: asKey('insertId'),
  timestamp: asKey('timestamp'),
  receiveTimestamp: asKey('receiveTimestamp'),
  time: asKey('time'),
  callerIp: asKey('callerIp'),
  errorId: { name: ';errorId=', before: ';errorId=' },
  errorInfoId: asKey('error_info_id'),
};

function asKey(key: string) {
  return { name: `"${key}"`, before: `"${key}":"` };
}

/** The passing fields that an entry has. */
export type PassingFields = ReadonlyMap<PassingField, string>;

/** Reads the passing fields of an entry, without those that are `asked` for: these make a difference. */
export function passingFields(entry: Entry, asked: readonly string[]): PassingFields {
  const fields = readFields(entry, '', []);
  const payload = fields.object('protoPayload');
  const request = payload.object('requestMetadata');
  const found = new Map<PassingField, string>();
  const put = (field: PassingField, value: string) => (value === '' ? found : found.set(field, value));
  put('insertId', fields.text('insertId'));
  put('timestamp', fields.text('timestamp'));
  put('receiveTimestamp', fields.text('receiveTimestamp'));
  put('time', request.object('requestAttributes').text('time'));
  if (!asked.includes('callerIp')) put('callerIp', request.text('callerIp'));
  put('errorId', errorIdOf(payload.object('status').text('message')));
  put('errorInfoId', errorInfoIdOf(payload.object('status')));
  return found;
}

const LINK = / Remediate access with this Troubleshooter URL[^;]*;errorId=(.*)$/s;

// The link at the end of newer messages, which differs in each request.
function errorIdOf(message: string): string {
  return LINK.exec(message)?.[1] ?? '';
}

function errorInfoIdOf(status: Fields): string {
  const ids = status.objects('details').map((detail) => detail.textMap('metadata').get('error_info_id'));
  return ids.find((id) => id !== undefined) ?? '';
}
