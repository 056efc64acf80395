import type { CommandIo } from './io.ts';

/** Whether a person has asked to stop since it was watched for. */
export interface Interrupt {
  isAsked(): boolean;
  end(): void;
}

/** Watches for Ctrl-C. Pressed a second time it ends the process, as usual. */
export function watchForInterrupt(io: Pick<CommandIo, 'onInterrupt'>): Interrupt {
  let isAsked = false;
  const end = io.onInterrupt(() => {
    isAsked = true;
  });
  return { isAsked: () => isAsked, end };
}
