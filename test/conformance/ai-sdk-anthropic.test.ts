import { createAnthropic } from '@ai-sdk/anthropic';

import { describeAiSdk } from './support/ai-sdk-client.ts';

describeAiSdk({
  name: 'ai-sdk anthropic',
  dialect: 'anthropic_messages',
  createModel({ url, key }) {
    const provider = createAnthropic({ baseURL: `${url}/v1`, apiKey: key });
    return model => provider(model);
  },
  options: { anthropic: { structuredOutputMode: 'outputFormat' } },
});
