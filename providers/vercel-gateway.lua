-- Vercel AI Gateway: models of many vendors behind one key, named vendor/model.
-- Docs: https://vercel.com/docs/ai-gateway/openai-compat (address, AI_GATEWAY_API_KEY)
--       https://vercel.com/docs/ai-gateway/models-and-providers (GET /v1/models, open to everybody; prices in dollars per
--       token), https://vercel.com/docs/ai-gateway/usage (GET /v1/credits)

local provider = {
  name = "Vercel AI Gateway",
  dialect = "openai_completions",
  base_url = "https://ai-gateway.vercel.sh",
  api_key = { env = "AI_GATEWAY_API_KEY" },
  -- The models are public; this address tells whether the key is good.
  health_endpoint = "/v1/credits",
}

local function per_million(price)
  local dollars = tonumber(price)
  if not dollars then return nil end
  return math.floor(dollars * 1e12 + 0.5) / 1e6
end

local function contains(list, wanted)
  for _, value in ipairs(list or {}) do
    if value == wanted then return true end
  end
  return false
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.data or {}) do
    if model.type == nil or model.type == "language" then
      local pricing = model.pricing or {}
      table.insert(models, {
        id = model.id,
        name = model.name or model.id,
        context_size = model.context_window,
        max_output_tokens = model.max_tokens,
        input_modalities = contains(model.tags, "vision") and { "text", "image" } or { "text" },
        reasoning = contains(model.tags, "reasoning"),
        tools = model.tags and contains(model.tags, "tool-use"),
        input_cost = per_million(pricing.input),
        output_cost = per_million(pricing.output),
        cache_read_cost = per_million(pricing.input_cache_read),
        cache_write_cost = per_million(pricing.input_cache_write),
      })
    end
  end
  return models
end

return provider
