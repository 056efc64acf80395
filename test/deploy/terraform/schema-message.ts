import type { AttributeType, BlockSchema, NestedSchema, Nesting } from '../schema/resource-schema.ts';

/** A schema as the plugin protocol sends it. */
export interface SchemaMessage {
  readonly block: BlockMessage;
}

interface BlockMessage {
  readonly attributes: readonly AttributeMessage[];
  readonly block_types: readonly NestedMessage[];
}

interface AttributeMessage {
  readonly name: string;
  readonly type: Buffer;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly write_only: boolean;
}

interface NestedMessage {
  readonly type_name: string;
  readonly block: BlockMessage;
  readonly nesting: 'SINGLE' | 'LIST' | 'SET';
  readonly min_items: number;
  readonly max_items: number;
}

/** Puts a schema in the words of the plugin protocol. */
export function schemaMessage(schema: BlockSchema): SchemaMessage {
  return { block: blockMessage(schema) };
}

function blockMessage({ attributes, blocks }: BlockSchema): BlockMessage {
  return {
    attributes: Object.entries(attributes).map(([name, { type, need }]) => ({
      name,
      type: Buffer.from(JSON.stringify(TYPES[type])),
      required: need === 'required',
      optional: need === 'optional' || need === 'optional-computed',
      computed: need === 'computed' || need === 'optional-computed',
      // By its name: the provider calls arguments so that never reach the state.
      write_only: name.endsWith('_wo'),
    })),
    block_types: Object.entries(blocks).map(([name, nested]) => nestedMessage(name, nested)),
  };
}

function nestedMessage(name: string, { block, nesting, need }: NestedSchema): NestedMessage {
  return {
    type_name: name,
    block: blockMessage(block),
    nesting: NESTING[nesting],
    // `timeouts` is an object of its own, which has no number of items.
    min_items: need === 'required' && nesting !== 'timeouts' ? 1 : 0,
    max_items: nesting === 'one' ? 1 : 0,
  };
}

const NESTING: Readonly<Record<Nesting, NestedMessage['nesting']>> = {
  one: 'LIST',
  list: 'LIST',
  set: 'SET',
  timeouts: 'SINGLE',
};

const TYPES: Readonly<Record<AttributeType, unknown>> = {
  string: 'string',
  number: 'number',
  bool: 'bool',
  'list-of-string': ['list', 'string'],
  'set-of-string': ['set', 'string'],
  'list-of-number': ['list', 'number'],
  'map-of-string': ['map', 'string'],
  anything: 'dynamic',
};
