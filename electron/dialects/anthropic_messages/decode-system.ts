import type { BetaSystemMessageParam } from '@anthropic-ai/sdk/resources/beta/messages';

import type { Json, JsonObject } from '../../contract/json.ts';
import { textField } from '../json-fields.ts';
import { invalidField, isMissing, readList, readName, readObject, readString } from '../request-fields.ts';
import { decodeTool } from './decode-tools.ts';
import type { ToolChange } from './decode-tools.ts';

/** A system message between the turns, as there are since 2026. */
export type SystemMessage = { text?: string; changes: ToolChange[] };

/** `system` is a text or a list of text blocks; undefined where it says nothing. */
export function decodeSystem(system: Json | undefined): string | undefined {
  return decodeSystemContent(system, 'system').text;
}

/** `isPast` once a message of the user follows: some are shown only until then. */
export function decodeSystemMessage(message: JsonObject, path: string, isPast: boolean): SystemMessage {
  const decoded = decodeSystemContent(message['content'], `${path}.content`);
  const clearsAt = 'next_user_message' satisfies BetaSystemMessageParam['clear_at'];
  return isPast && message['clear_at'] === clearsAt ? { changes: decoded.changes } : decoded;
}

function decodeSystemContent(content: Json | undefined, path: string): SystemMessage {
  if (isMissing(content)) return { changes: [] };
  const decoded =
    typeof content === 'string' ? { texts: [content], changes: [] } : decodeBlocks(content, path);
  const text = decoded.texts.filter(part => part !== '').join('\n\n');
  return { ...(text !== '' && { text }), changes: decoded.changes };
}

function decodeBlocks(content: Json, path: string): { texts: string[]; changes: ToolChange[] } {
  if (!Array.isArray(content)) throw invalidField(path, 'a string or a list of text blocks');
  const texts: string[] = [];
  const changes: ToolChange[] = [];
  for (const [index, value] of readList(content, path).entries()) {
    const blockPath = `${path}[${index}]`;
    const block = readObject(value, blockPath);
    switch (readString(block, 'type', blockPath)) {
      case 'text':
        texts.push(readString(block, 'text', blockPath));
        break;
      case 'tool_addition':
      case 'tool_removal':
        changes.push(...decodeChange(block, blockPath));
        break;
      default:
        throw invalidField(`${blockPath}.type`, '"text"');
    }
  }
  return { texts, changes };
}

function decodeChange(block: JsonObject, path: string): ToolChange[] {
  const tool = readObject(block['tool'], `${path}.tool`);
  switch (textField(tool, 'type')) {
    case 'tool_reference': {
      const type = block['type'] === 'tool_addition' ? 'add' : 'remove';
      return [{ type, name: readName(tool, 'name', `${path}.tool`) }];
    }
    case 'tool_definition':
      return [{ type: 'define', tool: decodeTool(tool['definition'], `${path}.tool.definition`) }];
    default:
      // Tools of MCP servers that Anthropic asks itself; naming those servers is refused.
      return [];
  }
}
