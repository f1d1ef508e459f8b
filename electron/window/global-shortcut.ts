import { nameShortcut, toAccelerator } from './accelerator.ts';

/** Electron's own, or a test's. */
type Registry = {
  register(accelerator: string, press: () => void): boolean;
  unregister(accelerator: string): void;
};

export type GlobalShortcut = {
  /** Listens to this shortcut in place of the one before; null to none. Returns why it cannot, in one sentence. */
  use(shortcut: string | null): string | null;
  problem(): string | null;
};

export function createGlobalShortcut(
  registry: Registry,
  platform: NodeJS.Platform,
  onPress: () => void,
): GlobalShortcut {
  let used: { shortcut: string | null; accelerator?: string } = { shortcut: null };
  let problem: string | null = null;
  return {
    use(shortcut) {
      if (shortcut === used.shortcut) return problem;
      if (used.accelerator !== undefined) registry.unregister(used.accelerator);
      used = { shortcut };
      problem = null;
      if (shortcut === null) return null;
      const name = nameShortcut(shortcut, platform);
      const accelerator = toAccelerator(shortcut);
      if (accelerator === undefined) {
        problem = `${name} cannot be used in other programs; choose a key with Ctrl, Cmd or Alt.`;
      } else if (registry.register(accelerator, onPress)) {
        used = { shortcut, accelerator };
      } else {
        problem = `${name} is taken by another program or by the system; choose another key.`;
      }
      return problem;
    },
    problem: () => problem,
  };
}
