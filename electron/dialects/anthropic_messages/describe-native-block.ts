import { isJsonObject } from '../../contract/json.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { textField } from '../json-fields.ts';

/**
 * A block only Anthropic writes and reads, as text for other models: what its own tools were asked and found, the
 * summary of what a conversation was before. '' for one without meaning to others; undefined for one that is none of
 * these.
 */
export function describeNativeBlock(block: JsonObject): string | undefined {
  const type = textField(block, 'type') ?? '';
  switch (type) {
    case 'compaction':
      return textField(block, 'content') ?? '';
    case 'connector_text':
      return textField(block, 'text') ?? textField(block, 'connector_text') ?? '';
    // Which of Anthropic's models took over, and what a server offered.
    case 'fallback':
    case 'mcp_tool_listing':
      return '';
    case 'server_tool_use':
    case 'mcp_tool_use':
      return `[${textField(block, 'name') ?? type}: ${JSON.stringify(block['input'] ?? {})}]`;
    default: {
      if (!type.endsWith('_tool_result')) return undefined;
      return `[${type}: ${JSON.stringify(readable(block['content'] ?? null))}]`;
    }
  }
}

/** Sealed contents and numbers that only Anthropic can use. */
const unreadable = /^(?:encrypted_|cache_control$|citations$|data$|signature$|file_id$)/;

function readable(value: Json): Json {
  if (Array.isArray(value)) return value.map(readable);
  if (!isJsonObject(value)) return value;
  // The text of a fetched page stands in `data`, too.
  const isText = value['type'] === 'text';
  const members = Object.entries(value).filter(
    ([name]) => !unreadable.test(name) || (isText && name === 'data'),
  );
  return Object.fromEntries(members.map(([name, member]) => [name, readable(member)]));
}
