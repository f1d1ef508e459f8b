-- Anthropic: the Claude models, over the Messages API.
-- Docs: https://platform.claude.com/docs/en/api/overview (x-api-key, anthropic-version 2023-06-01, ANTHROPIC_API_KEY)
--       https://platform.claude.com/docs/en/api/models/list (fields of the list, limit up to 1000)

local provider = {
  name = "Anthropic",
  dialect = "anthropic_messages",
  base_url = "https://api.anthropic.com",
  api_key = { env = "ANTHROPIC_API_KEY" },
  auth_header = "x-api-key",
  headers = { ["anthropic-version"] = "2023-06-01" },
  models_endpoint = "/v1/models?limit=1000",
  health_endpoint = "/v1/models",
}

local function is_supported(capability)
  return (capability or {}).supported == true
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.data or {}) do
    local facts = {
      id = model.id,
      name = model.display_name or model.id,
      context_size = model.max_input_tokens,
      max_output_tokens = model.max_tokens,
    }
    -- An unknown date of release comes as the year 1970.
    local date = (model.created_at or ""):match("^%d%d%d%d%-%d%d%-%d%d")
    if date and date > "1971" then facts.release_date = date end
    local can = model.capabilities
    if can then
      facts.reasoning = is_supported(can.thinking)
      facts.input_modalities = { "text" }
      if is_supported(can.image_input) then table.insert(facts.input_modalities, "image") end
      if is_supported(can.pdf_input) then table.insert(facts.input_modalities, "pdf") end
    end
    table.insert(models, facts)
  end
  return models
end

return provider
