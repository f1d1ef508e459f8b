/** Generation of a model: 3 for `gemini-3.1-pro`, undefined for aliases and models of another name. */
export function generationOf(modelId: string): number | undefined {
  const generation = /gemini-(\d+)/i.exec(modelId)?.[1];
  return generation === undefined ? undefined : Number(generation);
}

export function isPro(modelId: string): boolean {
  return /gemini-(?:[\d.]+-)?pro/i.test(modelId);
}
