import { z } from 'zod';

/** `desktop` in parley.yaml: what the app does beside its window. `parley serve` reads none of it. */
export const desktopConfigSchema = z.strictObject({
  /** Whether Parley has an icon beside the clock, or in the menu bar of a Mac. */
  tray_icon: z.boolean().default(true),
  /** Whether closing the window leaves Parley running there, and the gateway with it. A Mac's apps do so anyway. */
  keep_in_tray: z.boolean().default(false),
  /** Whether a start at login shows no window. */
  start_hidden: z.boolean().default(false),
  /** Whether the system says that an answer is there while no window of Parley is in front. */
  notify_answers: z.boolean().default(false),
  /** Opens quick ask from anywhere, e.g. Alt+Space or Mod+Shift+A; Mod is Cmd on a Mac and Ctrl elsewhere. */
  quick_ask_shortcut: z.string().min(1).max(60).nullable().default(null),
});
export type DesktopConfig = z.infer<typeof desktopConfigSchema>;
