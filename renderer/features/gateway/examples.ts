export type Example = { name: string; language: string; code: string };

/** Ready to paste; only the key is left to fill in, since it is shown once and never again. */
export function examples(url: string, model: string): Example[] {
  return [
    {
      name: 'curl',
      language: 'sh',
      code: `curl ${url}/v1/chat/completions \\
  -H "Authorization: Bearer $PARLEY_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "${model}",
    "messages": [{ "role": "user", "content": "Hello" }]
  }'`,
    },
    {
      name: 'Python',
      language: 'python',
      code: `import os
from openai import OpenAI

client = OpenAI(base_url="${url}/v1", api_key=os.environ["PARLEY_KEY"])
answer = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
    },
    {
      name: 'Node',
      language: 'js',
      code: `import OpenAI from 'openai';

const client = new OpenAI({ baseURL: '${url}/v1', apiKey: process.env.PARLEY_KEY });
const answer = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Hello' }],
});
console.log(answer.choices[0].message.content);`,
    },
  ];
}
