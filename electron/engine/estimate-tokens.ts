import type { AttachmentBlock, Block } from '../contract/message.ts';
import type { ChatRequest, Tool } from '../contract/request.ts';
import type { TextCounter } from './text-counter.ts';

/** Tokens around a message: its role and separators. */
const perMessage = 4;
/** About what vendors charge for a large image; small ones cost less. */
const perImage = 1600;
/** A page of a document, which vendors read as its text and as an image. */
const perPage = 2500;
const pageBytes = 50_000;
/** Tokens of a whole request as the model will about count them. */
export async function estimateTokens(
  request: ChatRequest,
  modelId: string,
  counter: Pick<TextCounter, 'count'>,
): Promise<number> {
  const { system, messages, tools = [] } = request;
  const blocks = messages.flatMap(({ content }) => content);
  const texts = [system ?? '', ...blocks.map(textOfBlock), ...tools.map(textOfTool)];
  const attachments = blocks.flatMap(attachmentsOf).reduce((sum, each) => sum + sizeOf(each), 0);
  const framing = perMessage * (messages.length + tools.length + (system === undefined ? 0 : 1));
  return (await estimateTexts(texts, modelId, counter)) + attachments + framing;
}

/** Tokens of texts as the model will about count them. */
export async function estimateTexts(
  texts: readonly string[],
  modelId: string,
  counter: Pick<TextCounter, 'count'>,
): Promise<number> {
  return Math.ceil((await counter.count(texts)) * factorOf(modelId));
}

/**
 * How many tokens a model makes of what is one of o200k. Measured for Claude, whose tokenizer is not public: 1.18 up to
 * Opus 4.6, 1.53 from Opus 4.7 on. Too few would let a tool fill the context until a call is refused.
 */
function factorOf(modelId: string): number {
  if (!/claude/i.test(modelId)) return 1;
  const [, major = '5', minor = '0'] =
    /(?:opus|sonnet|haiku|fable)-(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/i.exec(modelId) ??
    /claude-(\d)(?:[-.](\d))?(?!\d)/i.exec(modelId) ??
    [];
  return Number(major) * 100 + Number(minor) < 407 ? 1.18 : 1.53;
}

function textOfBlock(block: Block): string {
  switch (block.type) {
    case 'text':
    case 'thinking':
      return block.text;
    case 'attachment':
      return '';
    case 'tool_use':
      return `${block.name}${JSON.stringify(block.input)}`;
    case 'tool_result':
      return block.content.map(part => (part.type === 'text' ? part.text : '')).join('\n');
  }
}

function textOfTool({ name, description = '', input_schema: schema }: Tool): string {
  return `${name}\n${description}\n${JSON.stringify(schema)}`;
}

function attachmentsOf(block: Block): AttachmentBlock[] {
  if (block.type === 'attachment') return [block];
  return block.type === 'tool_result' ? block.content.filter(part => part.type === 'attachment') : [];
}

function sizeOf({ media_type: type, source }: AttachmentBlock): number {
  if (type.startsWith('image/')) return perImage;
  const bytes = source.type === 'base64' ? source.data.length * 0.75 : pageBytes;
  return perPage * Math.max(1, Math.round(bytes / pageBytes));
}
