import { describe, expect, test } from 'vitest';

import { answer, type Turn } from '../../electron/demo/eliza.ts';
import { elizaScript } from '../../electron/demo/eliza-script.ts';
import { elizaStory } from '../../electron/demo/eliza-story.ts';

/** Plays a conversation and returns everything ELIZA said. */
function converse(...said: string[]): string[] {
  const history: Turn[] = [];
  return said.map(text => {
    history.push({ role: 'user', text });
    const reply = answer(history);
    history.push({ role: 'assistant', text: reply });
    return reply;
  });
}

describe('one sentence', () => {
  test.each([
    ['I am a student', 'How long have you been a student?'],
    ["I'm a student", 'How long have you been a student?'],
    ['I’m a student', 'How long have you been a student?'],
    ['i am a student!!!', 'How long have you been a student?'],
    ['I AM A STUDENT', 'How long have you been a student?'],
    ['I am not your enemy', 'What would be different if you were my enemy?'],
    ['I feel lost in Paris', 'When did you begin to feel lost in Paris?'],
    ['My name is Ada Lovelace', 'Good to meet you, Ada Lovelace. What brings you here?'],
    ['You are just a script', 'What makes you think that I am just a script?'],
    ['I think you are hiding something from me', 'What makes you think I am hiding something from you?'],
    ['I want to talk about my mother', 'What comes to mind first when you think of your mother?'],
    ['I remember what you said to me', 'What else comes back to you when you think of what I said to you?'],
    ["Why don't you like me?", 'Would you like me to like you?'],
    ['I would like to see the sea', 'What would be the first step?'],
    ['I would like a better job', 'How much of you is in your work?'],
  ])('%j', (said, reply) => {
    expect(converse(said)).toEqual([reply]);
  });

  test('the highest rank wins, wherever it stands', () => {
    expect(converse('Hello, I am sad')).toEqual(['I am sorry to hear that you are sad. What happened?']);
    expect(converse('My job is fine but my father died')).toEqual([
      'I am sorry for your loss. What would you like to tell me about your father?',
    ]);
  });

  test('a keyword whose patterns do not fit leaves the sentence to the next one', () => {
    // "name" comes up first, has no pattern for this, and "my" takes over.
    expect(converse('My cousin has no name')).toEqual(['Tell me more about your cousin.']);
    expect(converse('I need help')).toEqual(['What would it give you to have help?']);
  });

  test('goto hands the sentence over to another keyword', () => {
    expect(converse('Why is that?', 'Why is that?', 'Why is that?', 'Why is that?').at(-1)).toBe(
      'What do you think yourself?',
    );
  });
});

describe('a conversation', () => {
  test('answers of one pattern take turns and begin anew', () => {
    const said = converse(...Array.from({ length: 6 }, () => 'I am lost'));
    expect(new Set(said.slice(0, 5)).size).toBe(5);
    expect(said[5]).toBe(said[0]);
  });

  test('what was said about "my" comes back when nothing else fits, once', () => {
    const said = converse('My mother worries me', 'Hm', 'Hm');
    expect(said.slice(1)).toEqual([
      'Earlier you spoke of your mother. Is that connected with this?',
      'I am not sure I follow you entirely. Could you put it another way?',
    ]);
  });

  test('memories come back in the order they were made', () => {
    const said = converse('My dog is old', 'My mother is away', 'Hm', 'Hm');
    expect(said.slice(2)).toEqual([
      'How does your dog get on with all of this?',
      'Earlier you spoke of your mother. Is that connected with this?',
    ]);
  });

  test('the same history always gets the same answer, whatever was answered in between', () => {
    const history: Turn[] = ['I am tired', 'my boss is loud', 'hm', 'I am tired'].map(text => ({
      role: 'user',
      text,
    }));
    const replies = Array.from({ length: 5 }, () => answer(history));
    const withOthersAnswers = history.flatMap((turn): Turn[] => [
      turn,
      { role: 'assistant', text: 'Something else.' },
    ]);
    expect(new Set([...replies, answer(withOthersAnswers)]).size).toBe(1);
  });

  test('before anything was said there is a greeting', () => {
    expect(answer([])).toBe(elizaScript.greeting);
    expect(answer([{ role: 'assistant', text: 'Hi' }])).toBe(elizaScript.greeting);
  });
});

describe('what is not a sentence', () => {
  test.each([
    ['nothing', '', elizaScript.silence],
    ['white space', ' \n\t ', elizaScript.silence],
    ['punctuation', '?!', elizaScript.wordless],
    ['emoji', '😀🎉', elizaScript.wordless],
    ['Cyrillic', 'Привет, как дела?', elizaScript.foreign],
    ['Chinese', '你好', elizaScript.foreign],
    ['Arabic', 'مرحبا', elizaScript.foreign],
    ['names of object members', 'constructor toString __proto__', elizaScript.none],
    ['a lone surrogate', '\ud83d', elizaScript.wordless],
  ])('%s gets a graceful answer', (_, said, replies) => {
    expect(replies).toContain(answer([{ role: 'user', text: said }]));
  });

  test('a very long message is answered briefly and quickly', () => {
    const words = 'I am '.repeat(100_000);
    const started = performance.now();
    const reply = answer(Array.from({ length: 300 }, () => ({ role: 'user', text: words })));
    expect(reply.length).toBeLessThan(400);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('a long capture is quoted in part', () => {
    expect(answer([{ role: 'user', text: `I feel ${'very '.repeat(50)}odd` }])).toBe(
      `When did you begin to feel ${'very '.repeat(20)}and so on?`,
    );
  });
});

describe('being a demo', () => {
  test.each([
    'help',
    'Help me!',
    'who are you?',
    'What are you',
    'What can you do?',
    'how do I add a provider?',
    'are you a robot?',
    'Which model is this?',
  ])('%j is answered with how to get a real provider', said => {
    const [reply] = converse(said);
    expect(reply).toContain('This is a demo without any language model');
    expect(reply).toContain('parley.yaml');
  });

  test.each([
    'tell me a long story',
    'Tell me about the paper',
    'please tell me a story',
    'Tell me about Weizenbaum.',
  ])('%j is answered with the long story', said => {
    expect(converse(said)).toEqual([elizaStory]);
  });

  test('the story is about 300 words of markdown with a heading, a list and a code block', () => {
    const words = elizaStory.split(/\s+/).length;
    expect(words).toBeGreaterThan(270);
    expect(words).toBeLessThan(360);
    expect(elizaStory).toMatch(/^## /m);
    expect(elizaStory).toMatch(/^1\. /m);
    expect(elizaStory).toMatch(/^```json\n[\s\S]+^```$/m);
  });

  test('a person in danger is sent to people, not to a pattern', () => {
    for (const said of [
      'I want to kill myself',
      'lately I think about suicide',
      "I don't want to be alive anymore",
    ]) {
      expect(converse(said)[0]).toContain('emergency number');
    }
  });
});
