import { describe, expect, it } from 'vitest';

import { anthropicMessages } from '../../../electron/dialects/anthropic_messages/index.ts';
import { askOther, othersThan } from '../ask-others.ts';
import { readObject } from '../read-fixtures.ts';

// What Claude Code asked in November 2026, before every upstream: its system prompt in blocks with a billing line,
// system messages between the turns, tools that were looked for, a picture and a failure in results of tools.

const body = readObject('anthropic_messages', 'request-claude-code-newest', 'request.json');
const { request: decoded } = anthropicMessages.server.decodeRequest(body);

describe.each(othersThan(anthropicMessages))('Claude Code asks $name', upstream => {
  const { text, read, warnings, ignored } = askOther(anthropicMessages, decoded, upstream);

  it('with one system prompt, without what differs in every request', () => {
    expect(read.system).toBe(
      [
        "You are Claude Code, Anthropic's official CLI for Claude.",
        'You are an interactive agent.',
        'Agents for the Agent tool: general-purpose.',
        'The paint server has connected.',
      ].join('\n\n'),
    );
    expect(text).not.toContain('billing-header');
  });

  it('with its tools, those among them that were looked for, and none of Anthropic’s own', () => {
    expect(read.tools?.map(({ name }) => name)).toEqual(['Bash', 'Read', 'ToolSearch', 'mcp__paint__look']);
    expect(ignored).toEqual(['context_management', 'diagnostics', 'tools.web_search']);
  });

  it('with every call and its result', () => {
    const blocks = read.messages.flatMap(({ content }) => content);
    const calls = blocks.flatMap(block => (block.type === 'tool_use' ? [block.id] : []));
    const results = blocks.flatMap(block => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    expect(calls).toEqual(['toolu_01A', 'toolu_01B', 'toolu_01C']);
    expect(results).toEqual(calls);
    expect(text).toContain('The tool mcp__paint__look is available now.');
    expect(text).toContain('iVBORw0KGgoAAAANSUhEUg==');
    expect(text).toContain('file: command not found');
  });

  it('with nothing only Anthropic can read', () => {
    for (const word of [
      'EqQBCgIYAhIM',
      'cache_control',
      'tool_reference',
      'tool_addition',
      'defer_loading',
    ]) {
      expect(text).not.toContain(word);
    }
  });

  it('for as much effort, and says what it cannot ask for', () => {
    const knowsLevels = upstream.name !== 'ollama_chat';
    expect(read.options.reasoning_effort).toBe(knowsLevels ? 'high' : 'medium');
    expect(read.stream).toBe(true);
    const takesUser = read.options.user !== undefined;
    expect(warnings.includes('user')).toBe(!takesUser);
  });
});
