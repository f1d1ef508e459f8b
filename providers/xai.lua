-- xAI: the Grok models.
-- Docs: https://docs.x.ai/docs/api-reference (address, Bearer key, XAI_API_KEY; POST /v1/chat/completions and /v1/responses;
--       GET /v1/language-models)
-- Prices there are integers, 30000 for Grok 3's $3 per million tokens: a ten-thousandth of a dollar each.

local provider = {
  name = "xAI",
  dialects = { "openai_completions", "openai_responses" },
  base_url = "https://api.x.ai",
  api_key = { env = "XAI_API_KEY" },
  -- /v1/models lists ids only, and image models among them.
  models_endpoint = "/v1/language-models",
  health_endpoint = "/v1/models",
}

local function dollars(price)
  if type(price) == "number" then return price / 10000 end
  return nil
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.models or {}) do
    table.insert(models, {
      id = model.id,
      name = model.id,
      input_modalities = model.input_modalities,
      output_modalities = model.output_modalities,
      input_cost = dollars(model.prompt_text_token_price),
      output_cost = dollars(model.completion_text_token_price),
      cache_read_cost = dollars(model.cached_prompt_text_token_price),
    })
  end
  return models
end

return provider
