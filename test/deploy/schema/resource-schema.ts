/** The types that attributes of the google provider have, as far as typings tell them apart. */
export type AttributeType =
  | 'string'
  | 'number'
  | 'bool'
  | 'list-of-string'
  | 'set-of-string'
  | 'list-of-number'
  | 'map-of-string'
  | 'anything';

/** Whether a configuration has to, may or cannot say an attribute. */
export type Need = 'required' | 'optional' | 'optional-computed' | 'computed';

export interface AttributeSchema {
  readonly type: AttributeType;
  readonly need: Need;
}

/** How often a block may stand: `timeouts` are the one kind of block that is no list. */
export type Nesting = 'one' | 'list' | 'set' | 'timeouts';

export interface NestedSchema {
  readonly block: BlockSchema;
  readonly nesting: Nesting;
  readonly need: 'required' | 'optional';
}

/** What may stand in a block, by name. */
export interface BlockSchema {
  readonly attributes: Readonly<Record<string, AttributeSchema>>;
  readonly blocks: Readonly<Record<string, NestedSchema>>;
}

/** Whether a schema is of a resource or of a data source. */
export type Mode = 'resource' | 'data';

/** The schemas of the resources and data sources that a configuration names, by mode and type. */
export type Schemas = Readonly<Record<Mode, Readonly<Record<string, BlockSchema>>>>;
