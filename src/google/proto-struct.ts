/** `google.protobuf.Value` as the client libraries take it (struct.proto). */
export interface ProtoValue {
  readonly nullValue?: 'NULL_VALUE';
  readonly boolValue?: boolean;
  readonly numberValue?: number;
  readonly stringValue?: string;
  readonly listValue?: { readonly values: ProtoValue[] };
  readonly structValue?: ProtoStruct;
}

/** `google.protobuf.Struct`. */
export interface ProtoStruct {
  readonly fields: Record<string, ProtoValue>;
}

/** A JSON object as a Struct; what JSON has no form for is left out. */
export function structOf(object: Readonly<Record<string, unknown>>): ProtoStruct {
  const fields: Record<string, ProtoValue> = {};
  for (const [name, value] of Object.entries(object)) {
    const proto = protoOf(value);
    if (proto !== null) Object.defineProperty(fields, name, { value: proto, enumerable: true });
  }
  return { fields };
}

function protoOf(value: unknown): ProtoValue | null {
  switch (typeof value) {
    case 'boolean':
      return { boolValue: value };
    case 'number':
      return Number.isFinite(value) ? { numberValue: value } : { nullValue: 'NULL_VALUE' };
    case 'string':
      return { stringValue: value };
    case 'object':
      if (value === null) return { nullValue: 'NULL_VALUE' };
      return Array.isArray(value)
        ? { listValue: { values: value.map((item: unknown) => protoOf(item) ?? { nullValue: 'NULL_VALUE' }) } }
        : { structValue: structOf({ ...value }) };
    default:
      return null;
  }
}
