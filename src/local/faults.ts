import { setTimeout as sleep } from 'node:timers/promises';

/** One call to the local cloud; `count` is how often its method was called, from 1. */
export interface LocalCall {
  readonly method: string;
  readonly resource: string;
  readonly count: number;
}

/** An error to answer with: before the call takes effect, or after it did. */
export interface Fault {
  readonly code: number;
  readonly message: string;
  readonly when: 'before' | 'after';
}

/** How the local cloud misbehaves, for tests. */
export interface Misbehaviour {
  /** The error for a call, or null. */
  readonly faultFor: (call: LocalCall) => Fault | null;
  /** How long each call takes. */
  readonly delayMilliseconds: number;
}

/** A cloud that behaves. */
export const NO_MISBEHAVIOUR: Misbehaviour = { faultFor: () => null, delayMilliseconds: 0 };

/** Counts calls by method and lets faults happen around an effect. */
export interface CallBook {
  readonly calls: ReadonlyMap<string, number>;
  /** Runs the effect of a call, or answers with a fault; a value that is a fault is an error answer. */
  run<T>(method: string, resource: string, effect: () => T | LocalError): Promise<T | LocalError>;
}

/** An error answer of the local cloud, with its gRPC code. */
export class LocalError {
  readonly code: number;
  readonly message: string;

  constructor(code: number, message: string) {
    this.code = code;
    this.message = message;
  }
}

/** Opens a call book. */
export function createCallBook({ faultFor, delayMilliseconds }: Misbehaviour): CallBook {
  const calls = new Map<string, number>();
  return {
    calls,
    run: async (method, resource, effect) => {
      const count = (calls.get(method) ?? 0) + 1;
      calls.set(method, count);
      if (delayMilliseconds > 0) await sleep(delayMilliseconds);
      const fault = faultFor({ method, resource, count });
      if (fault?.when === 'before') return new LocalError(fault.code, fault.message);
      const result = effect();
      return fault === null || result instanceof LocalError ? result : new LocalError(fault.code, fault.message);
    },
  };
}
