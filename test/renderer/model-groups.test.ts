import { describe, expect, test } from 'vitest';

import type { Model } from '../../electron/contract/models.ts';
import { chooseModel, groupModels, modelLabel } from '../../renderer/features/model-picker/model-groups.ts';

function model(id: string, name: string, demo = false): Model {
  const backend = modelLabel(id).backend;
  return { id, name, backend, provider: backend, dialect: 'openai_completions', demo };
}
const eliza = model('eliza/doctor', 'ELIZA', true);
const llama = model('groq/llama-3.3-70b', 'Llama 3.3 70B');
const gpt = model('router/openai/gpt-4.1', 'GPT-4.1');

test('groups keep the order in which backends and models come', () => {
  const mixed = model('groq/qwen', 'Qwen');
  expect(groupModels([llama, gpt, mixed])).toEqual([
    { backend: 'groq', items: [llama, mixed] },
    { backend: 'router', items: [gpt] },
  ]);
});

describe('chooseModel', () => {
  test('takes the first wish that exists', () => {
    expect(chooseModel([eliza, llama, gpt], [null, 'gone/model', gpt.id, llama.id])).toBe(gpt);
  });

  test('prefers a real model over the demo, and the demo over nothing', () => {
    expect(chooseModel([eliza, llama], [])).toBe(llama);
    expect(chooseModel([eliza], ['gone/model'])).toBe(eliza);
    expect(chooseModel([], [llama.id])).toBeUndefined();
  });
});

test('a model name is split at its first slash only', () => {
  expect(modelLabel('router/openai/gpt-4.1')).toEqual({ backend: 'router', model: 'openai/gpt-4.1' });
  expect(modelLabel('plain')).toEqual({ backend: '', model: 'plain' });
});
