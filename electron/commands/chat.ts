import { text as readStream } from 'node:stream/consumers';

import { completionContent, finishReasonOf } from '../contract/completion.ts';
import { AppError } from '../contract/errors.ts';
import { parseRequestOptions } from '../contract/request.ts';
import type { ChatRequest, RequestOptions } from '../contract/request.ts';
import type { Core } from '../core.ts';
import { textOption } from './command.ts';
import type { Command, CommandContext } from './command.ts';
import { withCore } from './with-core.ts';

export const chatCommand: Command = {
  usage: 'chat -m MODEL [--system TEXT] [-o NAME=VALUE]… [--api-key KEY] "message"',
  summary: 'Ask one question and print the answer as it comes; the message may also come on standard input.',
  options: {
    model: { type: 'string', short: 'm' },
    system: { type: 'string' },
    option: { type: 'string', short: 'o', multiple: true },
    'api-key': { type: 'string' },
  },
  maxArgs: Infinity,
  async run(context) {
    const model = textOption(context, 'model');
    if (model === undefined) {
      throw new AppError(
        'invalid_request',
        'Which model? Use: parley chat -m backend/model "message" (parley models lists them).',
      );
    }
    const text = context.args.length > 0 ? context.args.join(' ') : await readInput();
    return withCore(context, (core, signal) => ask(core, { model, text, signal }, context));
  },
};

async function ask(
  { engine }: Core,
  { model, text, signal }: { model: string; text: string; signal: AbortSignal },
  context: CommandContext,
): Promise<number> {
  const key = textOption(context, 'api-key');
  const call = {
    client: 'cli',
    dialect_in: null,
    model_asked: model,
    signal,
    ...(key === undefined ? {} : { api_key: key }),
  };
  const plan = await engine.resolveModel(model, { record_for: call });
  const stream = await engine.streamDeltas(
    plan,
    toRequest(text, textOption(context, 'system'), readOptions(context)),
    call,
  );
  let hasText = false;
  for await (const delta of stream.deltas) {
    if (context.json || delta.type !== 'block_delta' || delta.block !== 'text') continue;
    process.stdout.write(delta.delta ?? '');
    hasText = true;
  }
  const { completion } = stream;
  if (hasText) context.print('');
  if (context.json) {
    const content = completionContent(completion);
    const answer = content.map(block => (block.type === 'text' ? block.text : '')).join('');
    const { usage, error = null, model: answered = null } = completion;
    context.print(
      JSON.stringify({
        model,
        model_answered: answered,
        text: answer,
        content,
        finish_reason: finishReasonOf(completion) ?? null,
        usage,
        error,
        call_id: stream.call_id,
      }),
    );
  }
  if (completion.error) context.warn(`parley: ${completion.error.message}`);
  return completion.error ? 1 : 0;
}

function toRequest(text: string, system: string | undefined, options: RequestOptions): ChatRequest {
  return {
    ...(system === undefined ? {} : { system }),
    messages: [{ role: 'user', content: [{ type: 'text', text }] }],
    options,
    stream: true,
  };
}

/** `-o temperature=0.2 -o stop='["END"]'`: values are JSON where they can be read as such, else text. */
function readOptions(context: CommandContext): RequestOptions {
  const given = context.options.option;
  const pairs = Array.isArray(given) ? given.map(String) : [];
  return parseRequestOptions(
    Object.fromEntries(
      pairs.map(pair => {
        const at = pair.indexOf('=');
        if (at > 0) return [pair.slice(0, at), readValue(pair.slice(at + 1))];
        throw new AppError(
          'invalid_request',
          `-o takes NAME=VALUE, such as -o temperature=0.2, not "${pair}".`,
        );
      }),
    ),
  );
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function readInput(): Promise<string> {
  const text = process.stdin.isTTY ? '' : (await readStream(process.stdin)).trim();
  if (text !== '') return text;
  throw new AppError('invalid_request', 'What is the question? Use: parley chat -m backend/model "message"');
}
