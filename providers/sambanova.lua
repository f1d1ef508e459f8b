-- SambaNova Cloud: open models on its own chips.
-- Docs: https://docs.sambanova.ai/docs/en/features/openai-compatibility (address, SAMBANOVA_API_KEY)
-- GET /v1/models needs no key there, so the check below tells only whether the service answers.

return {
  name = "SambaNova",
  dialect = "openai_completions",
  base_url = "https://api.sambanova.ai",
  api_key = { env = "SAMBANOVA_API_KEY" },
  health_endpoint = "/v1/models",
}
