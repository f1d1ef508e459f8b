import { expect, test } from 'vitest';

import type { Model } from '../../../electron/contract/models.ts';
import { encodeModel } from '../../../electron/dialects/ollama_chat/model-list.ts';

const model: Model = {
  id: 'a/m',
  name: 'm',
  backend: 'a',
  provider: 'a',
  dialect: 'openai_completions',
  demo: false,
};

test.each([
  [undefined, ['completion', 'tools']],
  [true, ['completion', 'tools']],
  [false, ['completion']],
])('a model of which is known that it calls tools: %s', (tools, capabilities) => {
  expect(encodeModel({ ...model, ...(tools !== undefined && { tools }) })['capabilities']).toEqual(
    capabilities,
  );
});
