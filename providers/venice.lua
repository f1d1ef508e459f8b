-- Venice: open and other models, without logs.
-- Docs: https://docs.venice.ai/getting-started/quick-start (address, VENICE_API_KEY)
--       https://docs.venice.ai/api-reference/endpoint/models/list (model_spec; prices in dollars per million tokens)

local provider = {
  name = "Venice",
  dialect = "openai_completions",
  base_url = "https://api.venice.ai/api",
  api_key = { env = "VENICE_API_KEY" },
  models_endpoint = "/v1/models?type=text",
  health_endpoint = "/v1/models?type=text",
}

local function dollars(price)
  return (price or {}).usd
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.data or {}) do
    local spec = model.model_spec or {}
    local capabilities = spec.capabilities or {}
    local pricing = spec.pricing or {}
    if (model.type == nil or model.type == "text") and spec.offline ~= true then
      table.insert(models, {
        id = model.id,
        name = spec.name or model.id,
        context_size = spec.availableContextTokens or model.context_length,
        max_output_tokens = spec.maxCompletionTokens,
        input_modalities = capabilities.supportsVision and { "text", "image" } or { "text" },
        reasoning = capabilities.supportsReasoning == true,
        tools = capabilities.supportsFunctionCalling,
        input_cost = dollars(pricing.input),
        output_cost = dollars(pricing.output),
      })
    end
  end
  return models
end

return provider
