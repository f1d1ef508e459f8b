-- MiniMax, at its Anthropic-compatible address: the one that keeps thinking apart from the text and takes it back as it
-- was. (Over chat completions most of its models put <think> into the text.) For China give url: https://api.minimaxi.com.
-- Docs: https://platform.minimax.io/docs/api-reference/text-anthropic-api (address, Bearer key)
--       https://platform.minimax.io/docs/api-reference/models/openai/list-models (GET /v1/models)
-- Not in those docs: MINIMAX_API_KEY, the name its other examples and every client use.

return {
  name = "MiniMax",
  dialect = "anthropic_messages",
  base_url = "https://api.minimax.io",
  completions_endpoint = "/anthropic/v1/messages",
  api_key = { env = "MINIMAX_API_KEY" },
  health_endpoint = "/v1/models",
}
