import { z } from 'zod';

import { approvalSchema, providerReviewSchema, scriptOriginSchema } from './backends.ts';
import { errorInfoSchema } from './chats.ts';
import { providerTypeSchema } from './config.ts';
import { keyOriginSchema } from './keys.ts';
import { messageSchema } from './message.ts';
import { dialectNameSchema } from './models.ts';
import { jsonObjectSchema, requestOptionsSchema } from './request.ts';
import { usageSchema } from './usage.ts';

const nothing = z.object({});
const typed = z.object({ type: z.string() });
const source = z.string().max(1_000_000);

/** What the editor shows: the script as it is on disk, and what was typed and never saved. */
export const studioScriptSchema = z.object({
  type: z.string(),
  origin: scriptOriginSchema,
  file: z.string(),
  source: z.string(),
  sha256: z.string(),
  /** Whether it takes the place of one that comes with the app; null for that one itself. */
  overrides: z.boolean().nullable(),
  /** null for a script shipped with the app. */
  approval: approvalSchema.nullable(),
  /** Names of backends that use it. */
  backends: z.array(z.string()),
  draft: z.object({ source: z.string(), base_sha256: z.string(), saved_at: z.string() }).nullable(),
});
export type StudioScript = z.infer<typeof studioScriptSchema>;

/** What is wrong with a script; `line` counts from 1, null where it is about the whole. */
export const scriptProblemSchema = z.object({ line: z.number().nullable(), message: z.string() });
export type ScriptProblem = z.infer<typeof scriptProblemSchema>;

export const scriptCheckSchema = z.object({
  problem: scriptProblemSchema.nullable(),
  /** null where it is broken. */
  review: providerReviewSchema.nullable(),
  /** Hosts, `env:NAME` and `keychain:ACCOUNT` it asks for and the one on disk did not. */
  new_wishes: z.array(z.string()),
});
export type ScriptCheck = z.infer<typeof scriptCheckSchema>;

/** The stations of a request, in their order. */
export const requestSteps = [
  'encode_request',
  'modify_body',
  'drop_body_fields',
  'build_url',
  'authenticate',
  'on_request',
  'sent',
] as const;
export type RequestStep = (typeof requestSteps)[number];

const headersSchema = z.array(z.tuple([z.string(), z.string()]));

/** The request as far as it is known behind a station; keys are taken out. */
export const tracedStepSchema = z.object({
  step: z.enum(requestSteps),
  /** Whether a hook of the script did it. */
  by_script: z.boolean(),
  method: z.string().nullable(),
  url: z.string().nullable(),
  headers: headersSchema.nullable(),
  body: z.string().nullable(),
});
export type TracedStep = z.infer<typeof tracedStepSchema>;

/** One event of the answer as JSON: as it came, as the dialect read it, and what modify_events made of that. */
export const tracedEventSchema = z.object({
  raw: z.string(),
  decoded: z.array(z.string()),
  /** null where no hook looked at it. */
  modified: z.array(z.string()).nullable(),
});
export type TracedEvent = z.infer<typeof tracedEventSchema>;

/** One run of the test bench. */
export const benchRunSchema = z.object({
  dialect: dialectNameSchema.nullable(),
  key: keyOriginSchema.nullable(),
  steps: z.array(tracedStepSchema),
  status: z.number().nullable(),
  headers: headersSchema,
  /** The answer's body as it came; cut where it is long. */
  received: z.string(),
  events: z.array(tracedEventSchema),
  /** Events that are not in the list, since there were too many. */
  events_left_out: z.number(),
  answer: z.object({
    text: z.string(),
    thinking: z.string(),
    tool_calls: z.array(z.object({ name: z.string(), arguments: z.string() })),
    finish_reason: z.string().nullable(),
    model: z.string().nullable(),
    usage: usageSchema,
  }),
  /** Fields of the request that were left out. */
  warnings: z.array(z.string()),
  error: errorInfoSchema.nullable(),
  duration_ms: z.number(),
});
export type BenchRun = z.infer<typeof benchRunSchema>;

/** What a run under way has found out since it was last told. */
export type BenchProgress = Pick<
  BenchRun,
  'dialect' | 'key' | 'steps' | 'status' | 'events' | 'events_left_out'
> & {
  id: string;
  /** Number of the first of `events`; those from there on are replaced. */
  from: number;
};

/** A question in our own words, as a person may write it down. */
const benchRequestSchema = z.strictObject({
  system: z.string().optional(),
  messages: z.array(messageSchema.strict()).min(1),
  tools: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        description: z.string().optional(),
        input_schema: jsonObjectSchema,
        strict: z.boolean().optional(),
      }),
    )
    .optional(),
  tool_choice: z
    .union([
      z.strictObject({ type: z.enum(['auto', 'none', 'required']) }),
      z.strictObject({ type: z.literal('tool'), name: z.string() }),
    ])
    .optional(),
  options: requestOptionsSchema.default({}),
  stream: z.boolean().default(true),
});
export type BenchRequest = z.input<typeof benchRequestSchema>;

export const scriptLogLineSchema = z.object({
  /** Counts from 1 without gaps since the start. */
  number: z.number(),
  at: z.string(),
  backend: z.string(),
  level: z.enum(['info', 'warn', 'error']),
  message: z.string(),
});
export type ScriptLogLine = z.infer<typeof scriptLogLineSchema>;

/** Calls of the page on which scripts are edited and tried. */
export const studioCalls = {
  'studio.open': { input: typed, output: studioScriptSchema },
  /** Runs it in the sandbox without network; what is wrong is data. */
  'studio.check': { input: typed.extend({ source }), output: scriptCheckSchema },
  /**
   * Writes it where the file is still the one it was made from. `confirmed` is the hash of a source whose review a person
   * has agreed to: without that one that asks for more than the file did is not written.
   */
  'studio.save': {
    input: typed.extend({ source, base_sha256: z.string(), confirmed: z.string().nullable() }),
    output: z.discriminatedUnion('outcome', [
      z.object({ outcome: z.literal('saved'), script: studioScriptSchema }),
      z.object({ outcome: z.literal('needs_review'), review: providerReviewSchema }),
      z.object({ outcome: z.literal('changed_on_disk'), script: studioScriptSchema }),
    ]),
  },
  /** Copies one that comes with the app into the person's own folder, where it takes its place. */
  'studio.override': { input: typed, output: studioScriptSchema },
  /** Begins a script of the person's own under a free name; it is a draft until it is saved. Throws script_refused. */
  'studio.create': { input: z.object({ type: providerTypeSchema }), output: studioScriptSchema },
  'studio.keep_draft': { input: typed.extend({ source, base_sha256: z.string() }), output: nothing },
  'studio.drop_draft': { input: typed, output: nothing },
  /** Asks once with this source, saved or not, and tells every station. `id` is for `studio.stop`. */
  'studio.run': {
    input: typed.extend({
      id: z.string(),
      source,
      /** Whose url and key it is asked with; null where no backend uses the script. */
      backend: z.string().nullable(),
      model: z.string().trim().min(1),
      request: benchRequestSchema,
      /** Taken for the upstream's answer: then nothing is sent. */
      pasted: z
        .object({ text: z.string().max(4_000_000), status: z.number().int().min(200).max(599) })
        .nullable(),
    }),
    output: benchRunSchema,
  },
  'studio.stop': { input: z.object({ id: z.string() }), output: nothing },
  /** The last lines scripts have logged, oldest first. */
  'studio.log': { input: nothing, output: z.array(scriptLogLineSchema) },
} as const;
