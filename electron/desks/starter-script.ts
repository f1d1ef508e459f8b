/** What a new script begins with: it is valid, and says where to go on. */
export function starterScript(type: string): string {
  return `-- ${type}: say here which service this is, and where its API is documented.
-- Every word a script may use completes itself here; docs/providers.md explains them.

---@type parley.OmniProvider
local provider = {
  name = "${type}",

  -- What the service speaks: openai_completions, openai_responses, anthropic_messages, google_gemini or ollama_chat.
  dialect = "openai_completions",

  -- Requests go to base_url and the dialect's path, here https://api.example.com/v1/chat/completions.
  base_url = "https://api.example.com",

  -- The key, where the settings have none: from the environment, or { keychain = "ACCOUNT" }. It is sent as a Bearer token.
  api_key = { env = "${envName(type)}" },

  -- Headers every request carries.
  -- headers = { ["X-Team"] = "a" },

  -- Models, where the service has no list of its own at /v1/models.
  -- models = {
  --   { id = "example-large", context_size = 128000, max_output_tokens = 8192 },
  -- },
}

-- Hooks, for where the service differs. Take away the dashes of those you need.

-- The body, as the dialect made it, before it is sent.
-- function provider.modify_body(body, context, opts)
--   body.user = nil
--   return body
-- end

-- The whole request: method, url, headers, body.
-- function provider.on_request(req)
--   req.headers["X-Request-Source"] = "parley"
--   return req
-- end

return provider
`;
}

function envName(type: string): string {
  const name = type.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  return `${/^\d/.test(name) ? '_' : ''}${name}_API_KEY`;
}
