-- vLLM: its OpenAI-compatible server, on your own machines.
-- Docs: https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html (port 8000, --api-key checked as Bearer,
--       /health). max_model_len in /v1/models stands in vLLM's source, vllm/entrypoints/openai (ModelCard).

local provider = {
  name = "vLLM",
  dialect = "openai_completions",
  base_url = "http://localhost:8000",
  api_key_optional = true,
  health_endpoint = "/health",
}

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.data or {}) do
    table.insert(models, { id = model.id, name = model.id, context_size = model.max_model_len })
  end
  return models
end

return provider
