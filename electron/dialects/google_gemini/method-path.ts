/** Path of a method of a model, e.g. `/v1beta/models/gemini-2.5-pro:countTokens`. */
export function methodPath(modelId: string, method: string): string {
  const [collection = 'models', ...id] = resourceName(modelId).split('/');
  // Encoded whole: an id comes from a tool, and must not lead to another address.
  return `/v1beta/${collection}/${encodeURIComponent(id.join('/'))}:${method}`;
}

/** Google names a model with its collection, also where its own list did not. */
export function resourceName(modelId: string): string {
  return /^(?:models|tunedModels)\/./.test(modelId) ? modelId : `models/${modelId}`;
}

/** The addresses tools ask a method at: older clients leave the version at v1, some leave the collection out. */
export function methodRoutes(method: string): string[] {
  return [`/v1beta/models/{model}:${method}`, `/v1/models/{model}:${method}`, `/v1beta/{model}:${method}`];
}
