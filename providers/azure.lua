-- Azure OpenAI (Microsoft Foundry). The models are your own deployments: name one as backend/deployment.
--   - { name: azure, type: azure, url: "https://NAME.openai.azure.com", api_key: env:AZURE_OPENAI_API_KEY }
-- Docs: https://learn.microsoft.com/azure/ai-services/openai/reference (deployments in the address, api-key, api-version;
--       2024-10-21 is the latest dated version that is not a preview)
--       https://learn.microsoft.com/azure/foundry/openai/api-version-lifecycle (the v1 API, which needs no version: give
--       url: https://NAME.openai.azure.com/openai/v1)

local API_VERSION = "2024-10-21"

local base_url = config.url:gsub("/+$", "")
local is_v1 = base_url:find("/openai/v1$") ~= nil

local provider = {
  name = "Azure OpenAI",
  dialect = "openai_completions",
  base_url = base_url,
  api_key = { env = "AZURE_OPENAI_API_KEY" },
  auth_header = "api-key",
  -- What could be listed with this key is what Azure has, not what is deployed.
  models = {},
  health_endpoint = is_v1 and "/models" or "/openai/models?api-version=" .. API_VERSION,
}

function provider.build_url(path, opts)
  local method = path:gsub("^/v1/", "/")
  if is_v1 then return opts.base_url .. method end
  return opts.base_url .. "/openai/deployments/" .. opts.model .. method .. "?api-version=" .. API_VERSION
end

return provider
