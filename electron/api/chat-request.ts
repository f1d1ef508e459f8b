import type { ChatSettings } from '../contract/chat-settings.ts';
import type { AttachmentBlock, Block, Message } from '../contract/message.ts';
import type { Model } from '../contract/models.ts';
import type { ChatRequest } from '../contract/request.ts';
import type { Engine, Plan } from '../engine/engine.ts';

/** What is known of the models that may answer; a field is absent where one of them leaves it open. */
export type ModelAbilities = Pick<Model, 'input_modalities' | 'reasoning'>;

/** Longest wait for a list of models before the question goes out without it. */
const listPatienceMs = 500;

/** The request for a branch of a chat, as far as those who may answer can take it. */
export function buildChatRequest(
  history: readonly Message[],
  settings: ChatSettings,
  abilities: ModelAbilities,
): ChatRequest {
  const { instructions, temperature, max_tokens, reasoning_effort, stop, extra } = settings;
  const readsPdf = abilities.input_modalities?.includes('pdf') ?? false;
  return {
    ...(instructions !== undefined && instructions.trim() !== '' && { system: instructions }),
    messages: history.map(message => ({
      ...message,
      content: message.content.map(block => asSent(block, readsPdf)),
    })),
    options: {
      ...(temperature !== undefined && { temperature }),
      ...(max_tokens !== undefined && { max_tokens }),
      // The chat may have moved on to a model that does not think; its choice waits for one that does.
      ...(reasoning_effort !== undefined && abilities.reasoning !== false && { reasoning_effort }),
      ...(stop !== undefined && stop.length > 0 && { stop }),
    },
    stream: true,
    ...(extra !== undefined && Object.keys(extra).length > 0 && { extra }),
  };
}

/** Asks the lists of models, which are known by the time a message is sent; a slow backend holds up no question. */
export async function readAbilities(engine: Pick<Engine, 'listModels'>, plan: Plan): Promise<ModelAbilities> {
  const { models } = await engine.listModels({ patience_ms: listPatienceMs });
  const known = new Map(models.map(model => [model.id, model]));
  return commonAbilities(plan.candidates.map(({ backend, model }) => known.get(`${backend}/${model}`) ?? {}));
}

/** Whether the request differs by what the model can do; most do not, and need not wait to find out. */
export function dependsOnAbilities(history: readonly Message[], settings: ChatSettings): boolean {
  const isPdf = (block: Block): boolean =>
    block.type === 'attachment' && block.media_type === 'application/pdf';
  return settings.reasoning_effort !== undefined || history.some(({ content }) => content.some(isPdf));
}

/** What all of several models can do: who answers of an alias is not known beforehand. */
export function commonAbilities(models: readonly ModelAbilities[]): ModelAbilities {
  const [first, ...others] = models.map(model => model.input_modalities);
  const modalities = first?.filter(kind => others.every(other => other?.includes(kind)));
  const reasoning = models.map(model => model.reasoning);
  return {
    ...(modalities && { input_modalities: modalities }),
    // One that thinks is reason enough to say how hard; for the others the dialects leave it out.
    ...(models.length > 0 && reasoning.every(thinks => thinks === false) && { reasoning: false }),
  };
}

/** Documents go out as text to models that are not known to read their format: text is what all of them read. */
function asSent(block: Block, readsPdf: boolean): Block {
  if (block.type !== 'attachment') return block;
  const { text, pages: _pages, ...file } = block;
  if (block.media_type === 'application/pdf' && (readsPdf || !text?.trim())) return file;
  const words = text ?? decodeText(block);
  return words === undefined ? file : { type: 'text', text: frame(words, block.name) };
}

function decodeText({ media_type: type, source }: AttachmentBlock): string | undefined {
  if (!type.startsWith('text/') || source.type !== 'base64') return undefined;
  return Buffer.from(source.data, 'base64').toString('utf8');
}

function frame(text: string, name = 'attachment'): string {
  return `<file name="${name.replaceAll('"', "'")}">\n${text}\n</file>`;
}
