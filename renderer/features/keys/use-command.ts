import { useEffect, useEffectEvent } from 'react';
import { create } from 'zustand';

import type { CommandId } from './commands.ts';

type Handler = () => void;

/** Who does what right now; of several the one that came last. */
export const useCommandHandlers = create<{ handlers: ReadonlyMap<CommandId, readonly Handler[]> }>(() => ({
  handlers: new Map(),
}));

/** Does the command while this component is on screen; null while it cannot. */
export function useCommand(id: CommandId, run: Handler | null): void {
  const isOn = run !== null;
  const latest = useEffectEvent(() => run?.());
  useEffect(() => {
    if (!isOn) return;
    const handler = () => latest();
    change(id, handlers => [...handlers, handler]);
    return () => change(id, handlers => handlers.filter(each => each !== handler));
  }, [id, isOn]);
}

/** Whether anybody did it. */
export function runCommand(id: CommandId): boolean {
  const handler = useCommandHandlers.getState().handlers.get(id)?.at(-1);
  handler?.();
  return handler !== undefined;
}

function change(id: CommandId, apply: (handlers: readonly Handler[]) => readonly Handler[]): void {
  useCommandHandlers.setState(({ handlers }) => {
    const next = new Map(handlers);
    const list = apply(next.get(id) ?? []);
    if (list.length > 0) next.set(id, list);
    else next.delete(id);
    return { handlers: next };
  });
}
