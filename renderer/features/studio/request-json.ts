import type { BenchRequest } from '../../../electron/contract/studio-calls.ts';

/** The request as a person edits it. */
export function writeRequest(request: BenchRequest): string {
  return JSON.stringify(request, null, 2);
}

/** What was typed, or why it is no JSON. Whether it is a request is checked where it is asked. */
export function readRequest(text: string): BenchRequest | Error {
  try {
    // Safe enough: the core checks it against its schema, and names what is wrong.
    return JSON.parse(text) as BenchRequest;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The same with one more tool, to be changed to what is wanted. */
export function addTool(request: BenchRequest): BenchRequest {
  const tool = {
    name: 'get_weather',
    description: 'Weather of a place, now.',
    input_schema: {
      type: 'object',
      properties: { place: { type: 'string' } },
      required: ['place'],
    },
  };
  return { ...request, tools: [...(request.tools ?? []), tool] };
}

/** The same with an image behind the last message. */
export function addImage(request: BenchRequest, image: { name: string; url: string }): BenchRequest {
  const last = request.messages.at(-1) ?? { role: 'user' as const, content: [] };
  const block = {
    type: 'attachment' as const,
    media_type: /^data:([^;,]+)/.exec(image.url)?.[1] ?? 'image/png',
    name: image.name,
    source: { type: 'url' as const, url: image.url },
  };
  const message = { ...last, content: [...last.content, block] };
  return { ...request, messages: [...request.messages.slice(0, -1), message] };
}
