import { mergeCitations } from './citations.ts';
import type { Citation } from './citations.ts';
import type { BlockDelta, BlockStartDelta, Delta, DeltaBlockType, FinishReason } from './deltas.ts';
import type { ErrorInfo } from './errors.ts';
import { parseJson } from './json.ts';
import type { Json } from './json.ts';
import type { TextBlock, ThinkingBlock, ToolUseBlock } from './message.ts';
import type { Usage } from './usage.ts';

/** A block of an answer that may still grow; a tool call's arguments stay JSON text until it is complete. */
export type GrowingBlock = {
  block: DeltaBlockType;
  index: number;
  text: string;
  id?: string;
  name?: string;
  signature?: string;
  redacted_data?: string;
};

/** An answer as far as it has arrived. */
export type Completion = {
  id?: string;
  model?: string;
  blocks: GrowingBlock[];
  finish_reason?: FinishReason;
  usage: Usage;
  private: Json[];
  citations?: Citation[];
  error?: ErrorInfo;
};

export function emptyCompletion(): Completion {
  return { blocks: [], usage: {}, private: [] };
}

/** Folds one delta into the completion, in place: an answer of thousands of deltas must not be copied for each. */
export function applyDelta(completion: Completion, delta: Delta): void {
  switch (delta.type) {
    case 'message':
      if (delta.id !== undefined) completion.id = delta.id;
      if (delta.model !== undefined) completion.model = delta.model;
      if (delta.finish_reason !== undefined) completion.finish_reason = delta.finish_reason;
      if (delta.usage) Object.assign(completion.usage, delta.usage);
      if (delta.private) completion.private.push(...delta.private);
      if (delta.citations) completion.citations = mergeCitations(completion.citations ?? [], delta.citations);
      return;
    case 'block_start':
      startBlock(completion, delta);
      return;
    case 'block_delta':
      growBlock(completion, delta);
      return;
    case 'error':
      completion.error = delta.error;
      return;
  }
}

/** The blocks as a stored message holds them; the last text names the sources. Tool arguments that do not parse become {}. */
export function completionContent({
  blocks,
  citations = [],
}: Completion): (TextBlock | ThinkingBlock | ToolUseBlock)[] {
  const content = blocks.map(finishBlock);
  const last = citations.length === 0 ? undefined : content.findLast(block => block.type === 'text');
  return content.map(block => (block === last && block.type === 'text' ? { ...block, citations } : block));
}

/**
 * The reason as consumers see it: any tool call makes it tool_use, an error makes it error. A call the limit cut off is
 * no call: its arguments are half of what the model meant.
 */
export function finishReasonOf(completion: Completion): FinishReason | undefined {
  const { error, blocks, finish_reason } = completion;
  if (error) return error.code === 'cancelled' ? 'cancelled' : 'error';
  const calls = blocks.filter(block => block.block === 'tool_use');
  if (calls.length === 0) return finish_reason;
  const isCut = finish_reason === 'length' && calls.some(call => parseJson(call.text) === undefined);
  return isCut ? 'length' : 'tool_use';
}

function findBlock(completion: Completion, type: DeltaBlockType, index: number): GrowingBlock | undefined {
  return completion.blocks.findLast(block => block.block === type && block.index === index);
}

function startBlock(completion: Completion, delta: BlockStartDelta): void {
  const { type: _type, ...start } = delta;
  const known = findBlock(completion, delta.block, delta.index);
  if (known) Object.assign(known, start);
  else completion.blocks.push({ ...start, text: '' });
}

function growBlock(completion: Completion, delta: BlockDelta): void {
  let block = findBlock(completion, delta.block, delta.index);
  if (!block) {
    if (delta.block === 'tool_use') return;
    block = { block: delta.block, index: delta.index, text: '' };
    completion.blocks.push(block);
  }
  if (delta.delta !== undefined) block.text += delta.delta;
  if (delta.signature !== undefined) block.signature = delta.signature;
}

function finishBlock(block: GrowingBlock): TextBlock | ThinkingBlock | ToolUseBlock {
  const signature = block.signature === undefined ? {} : { signature: block.signature };
  switch (block.block) {
    case 'text':
      return { type: 'text', text: block.text, ...signature };
    case 'thinking': {
      const redacted = block.redacted_data === undefined ? {} : { redacted_data: block.redacted_data };
      return { type: 'thinking', text: block.text, ...signature, ...redacted };
    }
    case 'tool_use':
      return {
        type: 'tool_use',
        id: block.id ?? '',
        name: block.name ?? '',
        input: parseInput(block.text),
        ...signature,
      };
  }
}

function parseInput(text: string): Json {
  return parseJson(text) ?? {};
}
