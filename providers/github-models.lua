-- GitHub Models. GitHub ended it on 30 July 2026: playground, catalog and inference answer 410 since then
-- (https://github.com/orgs/community/discussions/203602, https://github.com/slack-ruby/slack-ruby-client/pull/593).
-- The script stays for servers that offer the same API under a url of their own.
-- Docs: https://docs.github.com/en/rest/models/inference (address, Bearer token with the models scope, GITHUB_TOKEN)
--       https://docs.github.com/en/rest/models/catalog (the list: an array)

local provider = {
  name = "GitHub Models (ended July 2026)",
  dialect = "openai_completions",
  base_url = "https://models.github.ai",
  completions_endpoint = "/inference/chat/completions",
  api_key = { env = "GITHUB_TOKEN" },
  headers = { ["X-GitHub-Api-Version"] = "2022-11-28" },
  models_endpoint = "/catalog/models",
  health_endpoint = "/catalog/models",
}

local known_modalities = { text = true, image = true, audio = true, video = true }

local function find_modalities(list)
  local found = {}
  for _, name in ipairs(list or {}) do
    if known_modalities[name] then table.insert(found, name) end
  end
  return found
end

local function calls_tools(capabilities)
  for _, capability in ipairs(capabilities or {}) do
    if capability == "tool-calling" then return true end
  end
  return capabilities and false
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response) do
    local output = find_modalities(model.supported_output_modalities)
    if output[1] == "text" then -- embedding models have none of these
      local limits = model.limits or {}
      table.insert(models, {
        id = model.id,
        name = model.name or model.id,
        context_size = limits.max_input_tokens,
        max_output_tokens = limits.max_output_tokens,
        input_modalities = find_modalities(model.supported_input_modalities),
        output_modalities = output,
        tools = calls_tools(model.capabilities),
      })
    end
  end
  return models
end

return provider
