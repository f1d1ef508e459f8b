import type { Block, Message } from '../../contract/message.ts';
import type { ChatRequest } from '../../contract/request.ts';

// Both are rules of thumb: letters of English and code a token, and tokens of a picture as large as models take.
const lettersPerToken = 4;
const attachmentTokens = 1500;

/**
 * Roughly the tokens of a prompt. Anthropic's streams begin with the true number; most vendors tell it at the end, and
 * tools that fill a context window by the beginning's would read 0 until then.
 */
export function estimateInput({ system = '', messages, tools = [] }: ChatRequest): number {
  let letters = system.length;
  for (const message of messages) letters += lettersOf(message);
  for (const tool of tools) letters += JSON.stringify(tool).length;
  return Math.ceil(letters / lettersPerToken);
}

function lettersOf({ content }: Message): number {
  let letters = 0;
  for (const block of content) letters += lettersOfBlock(block);
  return letters;
}

function lettersOfBlock(block: Block): number {
  switch (block.type) {
    case 'text':
    case 'thinking':
      return block.text.length;
    case 'attachment':
      return attachmentTokens * lettersPerToken;
    case 'tool_use':
      return block.name.length + JSON.stringify(block.input).length;
    case 'tool_result': {
      let letters = 0;
      for (const part of block.content) letters += lettersOfBlock(part);
      return letters;
    }
  }
}
