-- Ollama: open models on your own computer, no key needed.
-- Docs: https://docs.ollama.com/api/chat, https://docs.ollama.com/api/tags, https://docs.ollama.com/api/authentication
-- A key is sent where one is set, for an Ollama behind a proxy. For models in Ollama's cloud use the type `ollama-cloud`.

local provider = {
  name = "Ollama",
  -- The first is the better one; a tool that speaks the second has its bytes passed as they are.
  dialects = { "ollama_chat", "openai_completions" },
  base_url = "http://localhost:11434",
  api_key_optional = true,
  models_endpoint = "/api/tags",
  health_endpoint = "/",
}

-- Families that only embed, for servers too old to list capabilities.
local embedding_families = { bert = true, ["nomic-bert"] = true }

local function find_capabilities(model)
  local capabilities = {}
  for _, capability in ipairs(model.capabilities or {}) do capabilities[capability] = true end
  return capabilities
end

local function can_chat(model, capabilities)
  if model.capabilities then return capabilities.completion == true end
  return not embedding_families[(model.details or {}).family]
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.models or {}) do
    local capabilities = find_capabilities(model)
    if can_chat(model, capabilities) then
      local facts = { id = model.name, name = model.name }
      if model.capabilities then
        facts.input_modalities = capabilities.vision and { "text", "image" } or { "text" }
        facts.reasoning = capabilities.thinking == true
        facts.tools = capabilities.tools == true
      end
      table.insert(models, facts)
    end
  end
  return models
end

return provider
