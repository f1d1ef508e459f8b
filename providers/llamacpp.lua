-- llama.cpp: its llama-server, on your own computer or another.
-- Docs: https://github.com/ggml-org/llama.cpp/tree/master/tools/server (port 8080, /v1/models with meta, /health,
--       --api-key checked as Bearer)

local provider = {
  name = "llama.cpp",
  dialect = "openai_completions",
  base_url = "http://localhost:8080",
  api_key_optional = true,
  health_endpoint = "/health",
}

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.data or {}) do
    local meta = model.meta or {}
    table.insert(models, {
      id = model.id,
      name = model.id:match("[^/\\]+$"), -- without an alias the id is the path of the file
      context_size = meta.n_ctx or meta.n_ctx_train,
    })
  end
  return models
end

return provider
