import { createHash } from 'node:crypto';

import type { ReasoningEffort, RequestOptions } from '../contract/request.ts';
import type { Warn } from './dialect.ts';

/*
 * What OpenAI's own models want otherwise than the many servers that speak its formats. Their ids stand without a
 * vendor before them only at OpenAI and Azure.
 */

/** OpenAI's own, whose servers refuse every field they do not know by name. */
export function isOpenaiModel(id: string): boolean {
  return /^(?:gpt-(?!oss)|chatgpt-|o[1-9]|codex-)/.test(id);
}

/** OpenAI's own that reason: o1 and later, gpt-5 and later but for the ones made for chatting. */
export function isOpenaiReasoner(id: string): boolean {
  return /^(?:o[1-9]|gpt-(?:[5-9]|\d\d)|codex)/.test(id) && !id.includes('-chat');
}

/**
 * Temperature and its kin as far as OpenAI's own models take them: while they reason they take none but 1, and refuse
 * the request for another. Nearly every tool sends one, and no answer at all is worse than one at the model's own.
 */
export function encodeSampling(
  { temperature, top_p }: RequestOptions,
  model: string,
  effort: ReasoningEffort | undefined,
  warn: Warn,
): { temperature?: number; top_p?: number } {
  const said = { ...(temperature !== undefined && { temperature }), ...(top_p !== undefined && { top_p }) };
  if (!isReasoning(model, effort)) return said;
  if (temperature !== undefined && temperature !== 1) warn('temperature');
  if (top_p !== undefined && top_p !== 1) warn('top_p');
  return {};
}

/** GPT-5.1 and later reason only when they are asked to; those before them always do. */
function isReasoning(model: string, effort: ReasoningEffort | undefined): boolean {
  if (!isOpenaiReasoner(model)) return false;
  return effort === undefined ? /^(?:o[1-9]|gpt-5(?!\.)|codex)/.test(model) : effort !== 'none';
}

/** Whether the model's prompts can be kept for a day: GPT-4.1, GPT-5 and later. */
export function keepsPrompts(id: string): boolean {
  return /^gpt-(?:4\.1|[5-9]|\d\d)/.test(id);
}

// OpenAI's limit for who asks; Claude Code writes more than twice as much.
const maxUserLength = 64;

/** Who asks, as OpenAI takes it: a name that is too long becomes another one, always the same. */
export function encodeUser(user: string): string {
  return user.length <= maxUserLength ? user : createHash('sha256').update(user).digest('hex');
}
