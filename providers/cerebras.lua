-- Cerebras: open models on its own very fast chips.
-- Docs: https://inference-docs.cerebras.ai/resources/openai (address, CEREBRAS_API_KEY; frequency_penalty, logit_bias,
--       presence_penalty, parallel_tool_calls and service_tier are refused by name)
--       https://inference-docs.cerebras.ai/api-reference/models (the list)

return {
  name = "Cerebras",
  dialect = "openai_completions",
  base_url = "https://api.cerebras.ai",
  api_key = { env = "CEREBRAS_API_KEY" },
  health_endpoint = "/v1/models",
}
