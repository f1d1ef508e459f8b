-- Fireworks AI: open models. Their ids look like accounts/fireworks/models/kimi-k3.
-- Docs: https://docs.fireworks.ai/tools-sdks/openai-compatibility (address, FIREWORKS_API_KEY)
-- GET /inference/v1/models is what compatible clients use; the API reference describes only the list of an account.

return {
  name = "Fireworks AI",
  dialect = "openai_completions",
  base_url = "https://api.fireworks.ai/inference",
  api_key = { env = "FIREWORKS_API_KEY" },
  health_endpoint = "/v1/models",
}
