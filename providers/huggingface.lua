-- Hugging Face: its router to many inference providers. `model:provider` picks one, `model:cheapest` the cheapest.
-- Docs: https://huggingface.co/docs/inference-providers (address, HF_TOKEN)
--       https://huggingface.co/docs/inference-providers/hub-api (fields of GET /v1/models, open to everybody)
-- Prices differ from provider to provider, so none are given.

local provider = {
  name = "Hugging Face",
  dialect = "openai_completions",
  base_url = "https://router.huggingface.co",
  api_key = { env = "HF_TOKEN" },
  health_endpoint = "/v1/models",
}

local known_modalities = { text = true, image = true, audio = true, video = true }

local function find_modalities(list)
  local found = {}
  for _, name in ipairs(list or {}) do
    if known_modalities[name] then table.insert(found, name) end
  end
  if #found == 0 then return nil end
  return found
end

local function longest_context(offers)
  local longest
  for _, offer in ipairs(offers or {}) do
    local length = tonumber(offer.context_length)
    if length and length > (longest or 0) then longest = length end
  end
  return longest
end

-- Whether one of those that run it does; nil where none of them says.
local function calls_tools(offers)
  local known
  for _, offer in ipairs(offers or {}) do
    if offer.supports_tools then return true end
    if offer.supports_tools == false then known = false end
  end
  return known
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.data or {}) do
    local architecture = model.architecture or {}
    table.insert(models, {
      id = model.id,
      name = model.id,
      context_size = longest_context(model.providers),
      input_modalities = find_modalities(architecture.input_modalities),
      output_modalities = find_modalities(architecture.output_modalities),
      tools = calls_tools(model.providers),
    })
  end
  return models
end

return provider
