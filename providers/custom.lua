-- Any server that speaks OpenAI's chat completions: give its address as url, and a key where it wants one.
--   - { name: work, type: custom, url: "https://llm.example.com/v1", api_key: env:WORK_KEY }
-- Docs: https://platform.openai.com/docs/api-reference/chat (the format such servers follow)
-- What differs from that (other paths, other headers) needs a script of its own: docs/providers.md.

-- Such servers give their address with the version in it (…/v1, …/api/paas/v4), or without.
local has_version = config.url:find("/v%d[%w]*/?$") ~= nil
local prefix = has_version and "" or "/v1"

return {
  dialect = "openai_completions",
  base_url = config.url,
  completions_endpoint = prefix .. "/chat/completions",
  api_key_optional = true,
  models_endpoint = prefix .. "/models",
  health_endpoint = prefix .. "/models",
}
