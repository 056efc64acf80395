import { createRequire } from 'node:module';
import { fromJSON } from '@grpc/proto-loader';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { structOf } from '../../src/google/proto-struct.ts';

const protos: object = createRequire(import.meta.url)('@google-cloud/logging-api/build/protos/protos.json');
const definition = fromJSON(protos)['google.logging.v2.LoggingServiceV2'];

describe('a JSON object as a Struct', () => {
  it('spells each value with its kind, and leaves out what JSON has no form for', () => {
    expect(structOf({ a: 'x', b: 1, c: true, d: null, e: [1, undefined], f: { g: '' }, h: undefined })).toEqual({
      fields: {
        a: { stringValue: 'x' },
        b: { numberValue: 1 },
        c: { boolValue: true },
        d: { nullValue: 'NULL_VALUE' },
        e: { listValue: { values: [{ numberValue: 1 }, { nullValue: 'NULL_VALUE' }] } },
        f: { structValue: { fields: { g: { stringValue: '' } } } },
      },
    });
  });

  it('survives the wire as the same JSON, whatever it holds', () => {
    if (definition === undefined || !('WriteLogEntries' in definition)) throw new Error('no such service');
    const { requestSerialize, requestDeserialize } = definition.WriteLogEntries;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ depthSize: 'small' })), (object) => {
        const bytes = requestSerialize({ entries: [{ jsonPayload: structOf(object) }] });
        const { entries } = requestDeserialize(bytes) as { entries: [{ jsonPayload: unknown }] };
        // As JSON, which has no negative zero.
        const arrived: unknown = JSON.parse(JSON.stringify(plain({ structValue: entries[0].jsonPayload })));
        expect(arrived).toEqual(JSON.parse(JSON.stringify(object)));
      }),
    );
  });
});

// biome-ignore lint/suspicious/noExplicitAny: what came off the wire has any form.
function plain(value: any): unknown {
  if (value.structValue) {
    const fields = Object.entries(value.structValue.fields ?? {}).map(([name, inner]) => [name, plain(inner)]);
    return Object.fromEntries(fields);
  }
  if (value.listValue) return (value.listValue.values ?? []).map(plain);
  if ('stringValue' in value) return value.stringValue;
  if ('numberValue' in value) return value.numberValue;
  return 'boolValue' in value ? value.boolValue : null;
}
