-- Together AI: open models.
-- Docs: https://docs.together.ai/docs/openai-api-compatibility (address, TOGETHER_API_KEY)
--       https://docs.together.ai/reference/models (the list: an array, prices in dollars per million tokens)

local provider = {
  name = "Together AI",
  dialect = "openai_completions",
  base_url = "https://api.together.xyz",
  api_key = { env = "TOGETHER_API_KEY" },
  health_endpoint = "/v1/models",
}

local function positive(value)
  if type(value) == "number" and value > 0 then return value end
  return nil
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.data or response) do
    if model.type == nil or model.type == "chat" then
      local pricing = model.pricing or {}
      table.insert(models, {
        id = model.id,
        name = model.display_name or model.id,
        context_size = positive(model.context_length),
        -- 0 stands for models that are rented by the hour.
        input_cost = positive(pricing.input),
        output_cost = positive(pricing.output),
      })
    end
  end
  return models
end

return provider
