import { createGoogle } from '@ai-sdk/google';

import { describeAiSdk } from './support/ai-sdk-client.ts';

describeAiSdk({
  name: 'ai-sdk google',
  dialect: 'google_gemini',
  createModel({ url, key }) {
    const provider = createGoogle({ baseURL: `${url}/v1beta`, apiKey: key });
    return model => provider(model);
  },
  options: { google: { thinkingConfig: { includeThoughts: true } } },
});
