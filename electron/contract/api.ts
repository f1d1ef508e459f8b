import { z } from 'zod';

import {
  backendCheckSchema,
  backendStatusSchema,
  providerInfoSchema,
  providerReviewSchema,
} from './backends.ts';
import { aboutCalls } from './about-calls.ts';
import { backupCalls } from './backup-calls.ts';
import { budgetCalls } from './budget-calls.ts';
import type { BudgetNotice } from './budget-notice.ts';
import { callSchema } from './calls.ts';
import { chatMessageSchema, chatSchema, errorInfoSchema } from './chats.ts';
import { configProblemSchema } from './config.ts';
import { connectCalls } from './connect-calls.ts';
import type { Delta } from './deltas.ts';
import { desktopCalls } from './desktop-calls.ts';
import { findingCalls } from './finding-calls.ts';
import { callDetailsSchema, inspectedCallSchema, inspectedStatuses } from './inspector.ts';
import { firstStartCalls } from './first-start-calls.ts';
import { gatewayKeySchema, keyLimitsSchema, listedKeySchema } from './keys.ts';
import { messageCalls } from './message-calls.ts';
import { attachmentBlockSchema } from './message.ts';
import { modelSchema } from './models.ts';
import { outlinesSchema } from './outlines.ts';
import { priceCalls } from './price-calls.ts';
import { presetCalls } from './preset-calls.ts';
import { besideSchema, providerCalls } from './provider-calls.ts';
import { serverCalls } from './server-calls.ts';
import { settingsCalls } from './settings-calls.ts';
import { studioCalls } from './studio-calls.ts';
import type { BenchProgress, ScriptLogLine } from './studio-calls.ts';
import { threadCalls } from './thread-calls.ts';
import { transferCalls } from './transfer-calls.ts';
import { usageCalls } from './usage-calls.ts';

const nothing = z.object({});
const byId = z.object({ id: z.string() });
const keyName = z.string().trim().min(1).max(100);
const sent = z.object({ user_message: chatMessageSchema, answer: chatMessageSchema });
const script = z.object({
  file_name: z.string(),
  source: z.string().max(1_000_000),
  files: besideSchema,
});

/** Every call of the page, by name: what goes in and what comes out. Both front doors (IPC, HTTP) check it. */
export const apiCalls = {
  'app.info': {
    input: nothing,
    output: z.object({
      version: z.string(),
      platform: z.string(),
      data_dir: z.string(),
      config_file: z.string(),
      gateway_url: z.string().nullable(),
      /** Why the gateway does not run, e.g. its port is taken. */
      gateway_error: errorInfoSchema.nullable(),
      config_problem: configProblemSchema.nullable(),
      /** No script of the person's own is loaded. */
      safe_mode: z.boolean(),
      /** What this start had to mend or restore, a sentence each. */
      notices: z.array(z.string()),
    }),
  },
  'chats.list': { input: nothing, output: z.array(chatSchema) },
  'chats.get': {
    input: byId,
    /**
     * Every message of a chat; of a long one those that are seen first, and `outlines` of all.
     * `live` holds, for each message that is streaming, the number of the last delta batch folded into it.
     */
    output: z.object({
      chat: chatSchema,
      messages: z.array(chatMessageSchema),
      outlines: outlinesSchema.optional(),
      live: z.record(z.string(), z.number()),
    }),
  },
  'chats.create': { input: z.object({ model: z.string().nullable() }), output: chatSchema },
  'chats.rename': { input: byId.extend({ title: z.string().trim().min(1).max(200) }), output: chatSchema },
  'chats.delete': { input: byId, output: nothing },
  /** Brings a deleted chat back; possible until the app is restarted. */
  'chats.restore': { input: byId, output: chatSchema },
  'chats.set_leaf': { input: byId.extend({ leaf_id: z.string() }), output: chatSchema },
  'messages.send': {
    input: z.object({
      chat_id: z.string(),
      /** Message this one answers; null starts the chat (or a sibling of its first message). */
      parent_id: z.string().nullable(),
      model: z.string(),
      text: z.string(),
      attachments: z.array(attachmentBlockSchema).default([]),
    }),
    output: sent,
  },
  /** A new sibling of an answer, also with another model. */
  'messages.regenerate': {
    input: byId.extend({ model: z.string().optional() }),
    output: z.object({ answer: chatMessageSchema }),
  },
  'messages.stop': { input: byId, output: nothing },
  ...messageCalls,
  ...threadCalls,
  'models.list': {
    /** `hidden`: also those that are hidden. */
    input: z.object({ refresh: z.boolean().default(false), hidden: z.boolean().default(false) }),
    output: z.object({
      models: z.array(modelSchema),
      /** Backends whose models could not be listed, and why. */
      problems: z.array(z.object({ backend: z.string(), error: errorInfoSchema })),
    }),
  },
  'backends.list': { input: nothing, output: z.array(backendStatusSchema) },
  'backends.test': { input: z.object({ name: z.string() }), output: backendCheckSchema },
  /** Adds a backend to parley.yaml. */
  'backends.add': {
    input: z.object({ name: z.string(), type: z.string(), url: z.string().optional() }),
    output: backendStatusSchema,
  },
  'backends.remove': { input: z.object({ name: z.string() }), output: nothing },
  /** Puts the key into the OS keychain and a `keychain:` reference into parley.yaml. */
  'backends.save_key': {
    input: z.object({ name: z.string(), api_key: z.string().min(1) }),
    output: backendStatusSchema,
  },
  'providers.list': { input: nothing, output: z.array(providerInfoSchema) },
  'providers.inspect': { input: script, output: providerReviewSchema },
  /** Writes the script into the data directory and adds a backend for it where there is none. */
  'providers.import': {
    input: script.extend({ sha256: z.string(), replace: z.boolean().default(false) }),
    output: providerInfoSchema,
  },
  'calls.list': {
    input: z.object({ limit: z.number().int().min(1).max(500).default(100), before: z.string().optional() }),
    /** Newest first; `before` is the id of the last row of the page before. */
    output: z.object({ calls: z.array(callSchema), more: z.boolean() }),
  },
  /** The last calls as they went over the wires, newest first; also those that run. */
  'inspector.list': {
    input: z.object({
      client: z.string().optional(),
      backend: z.string().optional(),
      status: z.enum(inspectedStatuses).optional(),
    }),
    output: z.array(inspectedCallSchema),
  },
  'inspector.get': { input: byId, output: callDetailsSchema },
  /** A call's request as a command for a shell: to the gateway as received, or to the upstream as sent. */
  'inspector.curl': {
    input: byId.extend({ side: z.enum(['received', 'sent']).default('received') }),
    output: z.object({ command: z.string() }),
  },
  /** Sends a tool's request again, with the tool's own key; `id` is the new call's. */
  'inspector.replay': { input: byId, output: byId },
  'gateway_keys.list': { input: nothing, output: z.array(listedKeySchema) },
  'gateway_keys.create': {
    input: keyLimitsSchema.partial().extend({ name: keyName }),
    output: gatewayKeySchema.extend({ key: z.string() }),
  },
  /** What is left out stays as it is; null takes a limit away. */
  'gateway_keys.edit': {
    input: keyLimitsSchema.partial().extend({ id: z.string(), name: keyName.optional() }),
    output: gatewayKeySchema,
  },
  'gateway_keys.revoke': { input: byId, output: nothing },
  ...findingCalls,
  ...firstStartCalls,
  ...presetCalls,
  ...providerCalls,
  ...transferCalls,
  ...usageCalls,
  ...budgetCalls,
  ...priceCalls,
  ...aboutCalls,
  ...backupCalls,
  ...settingsCalls,
  ...connectCalls,
  ...serverCalls,
  ...studioCalls,
  ...desktopCalls,
} as const;

export type ApiCalls = typeof apiCalls;
export type ApiCallName = keyof ApiCalls;
export type ApiInput<N extends ApiCallName> = z.input<ApiCalls[N]['input']>;
export type ApiParsedInput<N extends ApiCallName> = z.output<ApiCalls[N]['input']>;
export type ApiOutput<N extends ApiCallName> = z.output<ApiCalls[N]['output']>;

/** What the page is told without asking. */
export type ApiEvents = {
  /** New deltas of a streaming answer. `batch` counts from 1 without gaps; a page that misses one asks `chats.get`. */
  'message.deltas': { chat_id: string; message_id: string; batch: number; deltas: Delta[] };
  /** A message was added, or reached a new status. */
  'message.changed': { message: z.infer<typeof chatMessageSchema> };
  'chats.changed': Record<string, never>;
  /** Messages of a chat went away or came back. */
  'thread.changed': { chat_id: string };
  /** Messages that wait for an answer to end. */
  'queue.changed': { chat_id: string };
  /** Configuration, scripts or keys changed: backends and models may differ. */
  'backends.changed': Record<string, never>;
  'calls.changed': Record<string, never>;
  /** A test under way: what it has found out so far. */
  'backends.checked': { check: z.infer<typeof backendCheckSchema> };
  /** Calls of the inspector that have begun, gone out or ended; told together, some times a second. */
  'inspector.changed': { ids: string[] };
  'gateway_keys.changed': Record<string, never>;
  /** Presets, snippets, or the settings of a chat. */
  'presets.changed': Record<string, never>;
  /** Snapshots, or the wish to restore one. */
  'backups.changed': Record<string, never>;
  /** How much of a file was read, up to 1. */
  'imports.progress': { id: string; done: number };
  /** What is known of newer versions. */
  'updates.changed': Record<string, never>;
  'app.changed': Record<string, never>;
  /** Scripts have said something: the lines since the last time. */
  'scripts.logged': { lines: ScriptLogLine[] };
  /** A run of the test bench goes on; told some times a second. */
  'studio.progress': BenchProgress;
  /** The person should hear of it wherever they are. */
  'budgets.notice': BudgetNotice;
  /** Something waits for `desktop.take`. */
  'desktop.arrived': Record<string, never>;
};
export type ApiEventName = keyof ApiEvents;
/** What comes back over either front door: errors are data, so that they cross IPC and HTTP alike. */
export type ApiResult<N extends ApiCallName> =
  | { ok: true; value: ApiOutput<N> }
  | { ok: false; error: z.infer<typeof errorInfoSchema> };

/** What the preload script (or the HTTP client) puts at the page's disposal. */
export type ApiBridge = {
  call(name: string, input: unknown): Promise<unknown>;
  on(name: string, listener: (payload: unknown) => void): () => void;
};
