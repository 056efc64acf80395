import { describe, expect, it } from 'vitest';
import { pruneProtos } from '../../deploy/build/prune-protos.ts';
import { withoutReflection } from '../../deploy/build/without-reflection.ts';

const PROTOS = {
  nested: {
    pets: {
      options: { java_package: 'pets' },
      nested: {
        Store: {
          methods: {
            Buy: { requestType: 'BuyRequest', responseType: 'Pet' },
            Sell: { requestType: 'SellRequest', responseType: 'Pet' },
          },
        },
        BuyRequest: { fields: { kind: { type: 'Kind', id: 1 } } },
        SellRequest: { fields: { pet: { type: 'Pet', id: 1 } } },
        Pet: {
          fields: { tag: { type: 'Tag', id: 1 } },
          nested: { Tag: { fields: { text: { type: 'string', id: 1 } } } },
        },
        Kind: { values: { UNKNOWN: 0, CAT: 1 } },
        Unused: { fields: { text: { type: 'string', id: 1 } } },
      },
    },
  },
};

describe('the protos of the bundle', () => {
  it('hold the methods that are used, and every message and enum that these need', () => {
    const kept = pruneProtos(PROTOS, { methods: { 'pets.Store': ['Buy'] }, types: [] });
    const { Store, BuyRequest, Pet, Kind } = PROTOS.nested.pets.nested;
    const store = { methods: { Buy: Store.methods.Buy } };
    expect(kept).toEqual({ nested: { pets: { nested: { Store: store, BuyRequest, Pet, Kind } } } });
  });

  it('hold what is looked up by name', () => {
    const kept = pruneProtos(PROTOS, { methods: {}, types: ['pets.Unused'] });
    expect(kept).toEqual({ nested: { pets: { nested: { Unused: PROTOS.nested.pets.nested.Unused } } } });
  });

  it('cannot be made when an update has renamed a service, a method or a message', () => {
    expect(() => pruneProtos(PROTOS, { methods: { 'pets.Shop': ['Buy'] }, types: [] })).toThrow(/pets\.Shop/);
    expect(() => pruneProtos(PROTOS, { methods: { 'pets.Store': ['Rent'] }, types: [] })).toThrow(/no method Rent/);
    expect(() => pruneProtos(PROTOS, { methods: {}, types: ['pets.Dog'] })).toThrow(/pets\.Dog/);
  });
});

describe('the loader of the bundle', () => {
  it('cannot be made when an update has changed it', () => {
    expect(() => withoutReflection('exports.load = () => {};')).toThrow(/proto-loader has changed/);
  });
});
