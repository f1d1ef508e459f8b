-- OpenCode Zen: a gateway of the OpenCode team. Each model is asked in the wire format of its vendor.
-- Docs: https://opencode.ai/docs/zen (addresses, and the table behind models/opencode.json, read in September 2026)
-- Not in those docs: OPENCODE_API_KEY is the name OpenCode itself and models.dev use. Auth by path follows the SDKs the
-- docs name for each address (@ai-sdk/anthropic, @ai-sdk/google, @ai-sdk/openai); Gemini is served under /v1, not /v1beta.
-- Prices that depend on the length of the prompt are left out of the list, rather than given wrong for long ones.

local provider = {
  name = "OpenCode Zen",
  base_url = "https://opencode.ai/zen",
  api_key = { env = "OPENCODE_API_KEY" },
  -- The list of the gateway does not say which format a model speaks; this one does.
  models = load_models("models/opencode.json"),
  health_endpoint = "/v1/models",
}

function provider.build_url(path, opts)
  return opts.base_url .. path:gsub("^/v1beta/", "/v1/")
end

function provider.authenticate(req, opts)
  if req.url:find("/v1/messages", 1, true) then
    req.headers["x-api-key"] = opts.api_key
    req.headers["anthropic-version"] = "2023-06-01"
  elseif req.url:find("/v1/models/", 1, true) then
    req.headers["x-goog-api-key"] = opts.api_key
  else
    req.headers["authorization"] = "Bearer " .. opts.api_key
  end
  return req
end

return provider
