-- ELIZA, the demo that needs no key, no account and no network.
-- The server behind it is part of Parley (electron/demo) and listens on a free local port; its address
-- arrives as config.url. It speaks OpenAI's chat completions and knows one model: eliza.

return {
  name = "ELIZA (demo)",
  protocol = "openai_compat",
  base_url = config.url,
  completions_endpoint = "/v1/chat/completions",
  models_endpoint = "/v1/models",
  health_endpoint = "/health",
  auth_type = "none",
}
