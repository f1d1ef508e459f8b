import { createOpenAI } from '@ai-sdk/openai';

import { describeAiSdk } from './support/ai-sdk-client.ts';

describeAiSdk({
  name: 'ai-sdk openai responses',
  dialect: 'openai_responses',
  createModel({ url, key }) {
    const provider = createOpenAI({ baseURL: `${url}/v1`, apiKey: key });
    return model => provider.responses(model);
  },
  options: {
    openai: {
      forceReasoning: true,
      reasoningSummary: 'auto',
      store: false,
      include: ['reasoning.encrypted_content'],
    },
  },
});
