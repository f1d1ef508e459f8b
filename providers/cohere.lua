-- Cohere, at its OpenAI-compatible address.
-- Docs: https://docs.cohere.com/docs/compatibility-api (address, Bearer key, COHERE_API_KEY; list of parameters, which
--       stream_options is not on), https://docs.cohere.com/reference/list-models (Cohere's own list)
-- stream_options is refused, says https://strandsagents.com/docs/user-guide/concepts/model-providers/cohere/.
-- Cohere's list is documented at api.cohere.com; api.cohere.ai is the older name of the same host.

local provider = {
  name = "Cohere",
  dialect = "openai_completions",
  base_url = "https://api.cohere.ai",
  completions_endpoint = "/compatibility/v1/chat/completions",
  api_key = { env = "COHERE_API_KEY" },
  models_endpoint = "/v1/models?endpoint=chat&page_size=1000",
  health_endpoint = "/v1/models?page_size=1",
  drop_body_fields = { "stream_options" },
}

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.models or {}) do
    table.insert(models, { id = model.name, name = model.name, context_size = model.context_length })
  end
  return models
end

return provider
