import { z } from 'zod';

import { chatSettingsSchema, chosenSettingsSchema, presetSchema, snippetSchema } from './chat-settings.ts';

const nothing = z.object({});
const byId = z.object({ id: z.string() });
const name = z.string().trim().min(1).max(100);

/** Calls around instructions: the settings of a chat, presets and prompt snippets. */
export const presetCalls = {
  'settings.get': { input: z.object({ chat_id: z.string() }), output: chosenSettingsSchema },
  'settings.set': {
    input: chosenSettingsSchema.extend({ chat_id: z.string() }),
    output: chosenSettingsSchema,
  },
  'presets.list': { input: nothing, output: z.array(presetSchema) },
  /** Adds a preset, or overwrites the one of this id. */
  'presets.save': {
    input: z.object({
      id: z.string().optional(),
      name,
      icon: z.string().trim().max(16).default(''),
      model: z.string().nullable().default(null),
      settings: chatSettingsSchema,
    }),
    output: presetSchema,
  },
  'presets.delete': { input: byId, output: nothing },
  /** Brings a deleted preset back, as the default too unless another became it. */
  'presets.restore': { input: byId, output: presetSchema },
  /** The preset a new chat begins with; null for none. */
  'presets.set_default': { input: z.object({ id: z.string().nullable() }), output: nothing },
  'snippets.list': { input: nothing, output: z.array(snippetSchema) },
  'snippets.save': {
    input: z.object({ id: z.string().optional(), name, text: z.string().min(1).max(400_000) }),
    output: snippetSchema,
  },
  'snippets.delete': { input: byId, output: nothing },
  'snippets.restore': { input: byId, output: snippetSchema },
} as const;
