import type { ChatRequest } from '../contract/request.ts';

/**
 * Some tools ask with nothing but a system prompt, which OpenAI and Ollama answer. Who refuses a request without a turn
 * of the user's gets it as that.
 */
export function withQuestion(request: ChatRequest): ChatRequest {
  const { system, ...rest } = request;
  if (request.messages.length > 0 || system === undefined || system.trim() === '') return request;
  return { ...rest, messages: [{ role: 'user', content: [{ type: 'text', text: system }] }] };
}
