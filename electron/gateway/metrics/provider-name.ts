/** Provider scripts whose service the GenAI conventions of OpenTelemetry have a name of their own for. */
const names: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  google: 'gcp.gemini',
  mistral: 'mistral_ai',
  moonshot: 'moonshot_ai',
  xai: 'x_ai',
};

/** `gen_ai.provider.name` for a backend of this type; others go by the name of their script. */
export function providerName(type: string): string {
  return names[type] ?? type;
}
