import { createOpenAI } from '@ai-sdk/openai';

import { describeAiSdk } from './support/ai-sdk-client.ts';

describeAiSdk({
  name: 'ai-sdk openai chat',
  dialect: 'openai_completions',
  createModel({ url, key }) {
    const provider = createOpenAI({ baseURL: `${url}/v1`, apiKey: key });
    return model => provider.chat(model);
  },
  options: { openai: { forceReasoning: true } },
  lacks: {
    reasoning: 'OpenAI shows none over chat completions, so this provider reads none.',
    signatures: 'Its messages have no place for them.',
  },
});
