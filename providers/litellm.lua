-- LiteLLM: its proxy server, on your own machines.
-- Docs: https://docs.litellm.ai/docs/proxy/user_keys (port 4000, /v1/chat/completions, Bearer key)
--       https://docs.litellm.ai/docs/proxy/virtual_keys (a proxy without a master key takes no key)

return {
  name = "LiteLLM",
  dialect = "openai_completions",
  base_url = "http://localhost:4000",
  api_key_optional = true,
  -- /health asks every model behind the proxy and costs money; the list tells also whether the key is good.
  health_endpoint = "/v1/models",
}
