-- Ollama Cloud: Ollama's own machines, asked directly; no Ollama needed on this one.
-- Docs: https://docs.ollama.com/cloud and https://docs.ollama.com/api/authentication (address, Bearer key, OLLAMA_API_KEY)
--       https://docs.ollama.com/api/tags (the list, which is public: it does not tell whether the key is good)

local provider = {
  name = "Ollama Cloud",
  dialects = { "ollama_chat", "openai_completions" },
  base_url = "https://ollama.com",
  api_key = { env = "OLLAMA_API_KEY" },
  models_endpoint = "/api/tags",
  health_endpoint = "/api/tags",
}

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.models or {}) do
    table.insert(models, { id = model.name, name = model.name })
  end
  return models
end

return provider
