/** What is there already, or comes: whoever has it at once lets nobody wait, for each wait costs. */
export type Soon<T> = T | Promise<T>;

/** Goes on with what comes, at once where it is there. */
export function andThen<T, R>(value: Soon<T>, next: (value: T) => Soon<R>): Soon<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Goes on from an error, whether it is thrown at once or comes. */
export function orElse<T>(run: () => Soon<T>, recover: (error: unknown) => Soon<T>): Soon<T> {
  try {
    const value = run();
    return value instanceof Promise ? value.catch(recover) : value;
  } catch (error) {
    return recover(error);
  }
}
