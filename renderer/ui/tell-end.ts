type Ends<T> = { onSuccess: (result: T) => void; onError?: (error: unknown) => void };

/**
 * Tells how a mutation ended where what asked for it may be gone by then: the row of what was deleted, a form that starts
 * anew because its settings have changed. The callbacks of `mutate` are left out there.
 *
 * @param onError where the mutation's own error is shown, nothing more is to be said.
 */
export function tellEnd<T>(work: Promise<T>, { onSuccess, onError = () => undefined }: Ends<T>): void {
  work.then(onSuccess, onError);
}
