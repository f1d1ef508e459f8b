-- LM Studio: open models on your own computer, in its desktop app. Start the server on its Developer page.
-- Docs: https://lmstudio.ai/docs/developer/openai-compat (port 1234, /v1/chat/completions)
--       https://lmstudio.ai/docs/developer/rest (GET /api/v1/models; since LM Studio 0.4.0)
--       https://lmstudio.ai/docs/developer/core/authentication (no key by default, else a Bearer token)

local provider = {
  name = "LM Studio",
  dialect = "openai_completions",
  base_url = "http://localhost:1234",
  api_key_optional = true,
  -- /v1/models lists ids only; this one also says what a model is for.
  models_endpoint = "/api/v1/models",
  health_endpoint = "/v1/models",
}

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.models or {}) do
    if model.type ~= "embedding" then
      local capabilities = model.capabilities or {}
      table.insert(models, {
        id = model.key,
        name = model.display_name or model.key,
        context_size = model.max_context_length,
        input_modalities = capabilities.vision and { "text", "image" } or { "text" },
        tools = capabilities.trained_for_tool_use,
      })
    end
  end
  return models
end

return provider
