import type { DialectName } from '../../../electron/contract/models.ts';
import type { Json } from './wire.ts';

export type AskedTool = { name: string; schema: Json };

/** What a model must know of a request to do as it is told. */
export type Asked = {
  system: string;
  /** Of the newest message of the user. */
  text: string;
  /** Of those before it. */
  before: string;
  /** The beginning of the answer, where the tool wrote it. */
  prefill?: string;
  stop: string[];
  max_tokens?: number;
  tools: AskedTool[];
  /** `auto`, `none`, `required` or the name of a tool. */
  choice: string;
  parallel: boolean;
  /** The schema of the answer, or true for any JSON. */
  json?: Json | true;
  think: boolean;
};

const object = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
const textOr = (value: unknown, other: string): string => (typeof value === 'string' ? value : other);
const textsOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : list(value)
        .map(part => textOr(part['text'], ''))
        .join('\n');

type Turn = { role: string; text: string };

/** Reads a request in its own dialect, without Parley's own readers. */
export function readAsked(dialect: DialectName, body: string): Asked {
  return readers[dialect](JSON.parse(body) as Json); // parsed to be looked at
}

const readers: Record<DialectName, (body: Json) => Asked> = {
  openai_completions(body) {
    const format = object(body['response_format']);
    return {
      ...fromTurns(list(body['messages']).map(readTurn)),
      stop: stopsOf(body['stop']),
      ...limit(body['max_completion_tokens'] ?? body['max_tokens']),
      tools: list(body['tools']).map(({ function: tool }) => toolOf(object(tool), 'parameters')),
      choice: choiceOf(body['tool_choice'], object(object(body['tool_choice'])['function'])['name']),
      parallel: body['parallel_tool_calls'] !== false,
      ...jsonOf(format['type'], object(format['json_schema'])['schema']),
      think: body['reasoning_effort'] !== undefined && body['reasoning_effort'] !== 'none',
    };
  },
  openai_responses(body) {
    const { input, instructions } = body;
    const turns = typeof input === 'string' ? [{ role: 'user', text: input }] : list(input).map(readTurn);
    const format = object(object(body['text'])['format']);
    const { effort } = object(body['reasoning']);
    return {
      ...fromTurns([...(instructions ? [{ role: 'system', text: textsOf(instructions) }] : []), ...turns]),
      stop: [],
      ...limit(body['max_output_tokens']),
      tools: list(body['tools']).map(tool => toolOf(tool, 'parameters')),
      choice: choiceOf(body['tool_choice'], object(body['tool_choice'])['name']),
      parallel: body['parallel_tool_calls'] !== false,
      ...jsonOf(format['type'], format['schema']),
      think: effort !== undefined && effort !== 'none',
    };
  },
  anthropic_messages(body) {
    const choice = object(body['tool_choice']);
    const format = object(object(body['output_config'])['format']);
    const thinking = object(body['thinking'])['type'];
    return {
      ...fromTurns([
        { role: 'system', text: textsOf(body['system']) },
        ...list(body['messages']).map(readTurn),
      ]),
      stop: stopsOf(body['stop_sequences']),
      ...limit(body['max_tokens']),
      tools: list(body['tools']).map(tool => toolOf(tool, 'input_schema')),
      choice: choice['type'] === 'any' ? 'required' : textOr(choice['name'] ?? choice['type'], 'auto'),
      parallel: choice['disable_parallel_tool_use'] !== true,
      ...jsonOf(format['type'], format['schema']),
      think: thinking === 'enabled' || thinking === 'adaptive',
    };
  },
  google_gemini(body) {
    const config = object(body['generationConfig']);
    const calling = object(object(body['toolConfig'])['functionCallingConfig']);
    const [named] = list(calling['allowedFunctionNames']) as unknown[];
    const declared = list(body['tools']).flatMap(tool => list(tool['functionDeclarations']));
    const thinking = object(config['thinkingConfig']);
    return {
      ...fromTurns([
        { role: 'system', text: textsOf(object(body['systemInstruction'])['parts']) },
        ...list(body['contents']).map(({ role, parts }) => ({
          role: role === 'model' ? 'assistant' : 'user',
          text: textsOf(parts),
        })),
      ]),
      stop: stopsOf(config['stopSequences']),
      ...limit(config['maxOutputTokens']),
      tools: declared.map(tool =>
        toolOf(tool, 'parametersJsonSchema' in tool ? 'parametersJsonSchema' : 'parameters'),
      ),
      choice:
        calling['mode'] === 'ANY' ? textOr(named, 'required') : textOr(calling['mode'], 'auto').toLowerCase(),
      parallel: true,
      ...(config['responseMimeType'] === 'application/json' && {
        json: (config['responseJsonSchema'] ?? config['responseSchema'] ?? true) as Json | true,
      }),
      think: thinking['includeThoughts'] === true,
    };
  },
  ollama_chat(body) {
    const options = object(body['options']);
    return {
      ...fromTurns(list(body['messages']).map(readTurn)),
      stop: stopsOf(options['stop']),
      ...limit(options['num_predict']),
      tools: list(body['tools']).map(({ function: tool }) => toolOf(object(tool), 'parameters')),
      choice: 'auto',
      parallel: true,
      ...(body['format'] !== undefined && {
        json: body['format'] === 'json' ? true : object(body['format']),
      }),
      think: Boolean(body['think']),
    };
  },
};

function readTurn(message: Json): Turn {
  return { role: textOr(message['role'], ''), text: textsOf(message['content']) };
}

function fromTurns(turns: Turn[]): Pick<Asked, 'system' | 'text' | 'before' | 'prefill'> {
  const of = (...roles: string[]): Turn[] => turns.filter(({ role }) => roles.includes(role));
  const last = turns.at(-1);
  return {
    system: of('system', 'developer')
      .map(({ text }) => text)
      .join('\n'),
    text: of('user').at(-1)?.text ?? '',
    before: of('user')
      .slice(0, -1)
      .map(({ text }) => text)
      .join('\n'),
    ...(last?.role === 'assistant' && last.text !== '' && { prefill: last.text }),
  };
}

function stopsOf(stop: unknown): string[] {
  return typeof stop === 'string' ? [stop] : (list(stop) as unknown[]).map(String);
}

function limit(count: unknown): Pick<Asked, 'max_tokens'> {
  return typeof count === 'number' ? { max_tokens: count } : {};
}

function toolOf(tool: Json, schema: string): AskedTool {
  return { name: String(tool['name']), schema: object(tool[schema]) };
}

function choiceOf(choice: unknown, name: unknown): string {
  return textOr(choice, textOr(name, 'auto'));
}

function jsonOf(type: unknown, schema: unknown): Pick<Asked, 'json'> {
  if (type === 'json_schema') return { json: object(schema) };
  return type === 'json_object' ? { json: true } : {};
}
