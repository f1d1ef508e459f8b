-- Perplexity: answers with sources from the web, and models of other vendors with a search tool.
-- Docs: https://docs.perplexity.ai/docs/grounded-llm/openai-compatibility (POST /v1/responses, PERPLEXITY_API_KEY)
--       https://docs.perplexity.ai/api-reference/models-get (GET /v1/models, open to everybody)
--       https://docs.perplexity.ai/docs/agent-api/migrate-from-sonar/overview: the Sonar chat completions of old ended on
--       27 September 2026; what was sonar is perplexity/sonar now.

return {
  name = "Perplexity",
  dialect = "openai_responses",
  base_url = "https://api.perplexity.ai",
  api_key = { env = "PERPLEXITY_API_KEY" },
  health_endpoint = "/v1/models",
}
