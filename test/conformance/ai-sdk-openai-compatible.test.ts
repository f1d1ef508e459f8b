import { createOpenAICompatible } from '@ai-sdk/openai-compatible';

import { describeAiSdk } from './support/ai-sdk-client.ts';

describeAiSdk({
  name: 'ai-sdk openai-compatible',
  dialect: 'openai_completions',
  createModel({ url, key }) {
    const settings = { includeUsage: true, supportsStructuredOutputs: true };
    const provider = createOpenAICompatible({
      name: 'parley',
      baseURL: `${url}/v1`,
      apiKey: key,
      ...settings,
    });
    return model => provider(model);
  },
  lacks: { signatures: 'Its messages have no place for them.' },
});
