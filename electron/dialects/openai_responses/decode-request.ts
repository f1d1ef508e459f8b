import { AppError } from '../../contract/errors.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ChatRequest, Tool, ToolChoice } from '../../contract/request.ts';
import type { DecodedRequest } from '../dialect.ts';
import { optionalBoolean, optionalString, readName } from '../request-fields.ts';
import { decodeInput, noteLeftOut } from './decode-input.ts';
import { decodeOptions } from './decode-options.ts';
import { decodeToolChoice } from './decode-tool-choice.ts';
import { decodeTools, refuseIfAlone } from './decode-tools.ts';
import type { DecodedTools } from './decode-tools.ts';
import { readExtra } from './extra-fields.ts';
import { unsupportedFields } from './unsupported-fields.ts';

/** Only asked for where the body's bytes cannot pass as they are. Usage is always part of these answers. */
export function decodeRequest(body: JsonObject): DecodedRequest {
  refuseUnsupported(body);
  const model = readName(body, 'model', '');
  const input = decodeInput(body['input']);
  const instructions = optionalString(body, 'instructions', '') ?? '';
  const system = [instructions, ...input.system].filter(text => text !== '').join('\n\n');
  const { tools, choice, optional } = decodeToolFields(body, input.tools);
  for (const [name, tool] of optional) noteLeftOut(input.left_out, name, tool);
  const extra = Object.fromEntries([...readExtra(body), ...input.left_out]);
  const request: ChatRequest = {
    ...(system !== '' && { system }),
    messages: input.messages,
    ...(tools && { tools }),
    ...(choice && { tool_choice: choice }),
    options: decodeOptions({ ...body, ...withUpdates(body, input.settings) }),
    stream: optionalBoolean(body, 'stream', '') ?? false,
    ...(Object.keys(extra).length > 0 && { extra }),
  };
  return { model, request, wants_usage: true };
}

/** The tools of the request and of its conversation, which may bring one more than once: it counts as it came last. */
function decodeToolFields(
  body: JsonObject,
  loaded: Tool[],
): { tools?: Tool[]; choice?: ToolChoice; optional: DecodedTools['optional'] } {
  const decoded = decodeTools(body);
  const found = new Map(loaded.map(tool => [tool.name, tool]));
  const all = [...(decoded?.tools.filter(tool => !found.has(tool.name)) ?? []), ...found.values()];
  const optional = decoded?.optional ?? [];
  refuseIfAlone({ tools: all, optional });
  const chosen = decodeToolChoice(body['tool_choice'], all);
  const allowed = chosen?.allowed;
  const tools = allowed ? all.filter(tool => allowed.has(tool.name)) : all;
  return {
    ...((decoded || loaded.length > 0) && { tools }),
    ...(chosen && { choice: chosen.choice }),
    optional,
  };
}

/** The settings of the body as the conversation changed them since. */
function withUpdates(body: JsonObject, settings: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(settings).map(([name, update]) => {
      const before = body[name];
      return [name, { ...(isJsonObject(before) && before), ...(isJsonObject(update) && update) }];
    }),
  );
}

function refuseUnsupported(body: JsonObject): void {
  const [first] = unsupportedFields(body);
  if (!first) return;
  const { name, reason } = first;
  throw new AppError('invalid_request', `Parley cannot ask this model for ${name}: ${reason}.`, {
    body: { param: name },
  });
}
