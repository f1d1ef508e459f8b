-- Mistral AI.
-- Docs: https://docs.mistral.ai/api (address, Bearer key, MISTRAL_API_KEY, fields of the list; random_seed instead of seed)
--       https://docs.mistral.ai/capabilities/reasoning (reasoning_effort)
-- Fields it does not know are refused with 422, stream_options among them; usage comes without being asked for
-- (https://github.com/avante-corp/avante.nvim/issues/2347, https://github.com/dnakov/anon-kode/issues/53).
-- That reasoning_effort takes only "none" and "high" stands in clients, not in the docs that could be read.

local provider = {
  name = "Mistral",
  dialect = "openai_completions",
  base_url = "https://api.mistral.ai",
  api_key = { env = "MISTRAL_API_KEY" },
  health_endpoint = "/v1/models",
}

function provider.modify_body(body, _, opts)
  body.stream_options = nil
  body.random_seed = body.seed
  body.seed = nil
  local effort = opts.reasoning_effort
  if effort then body.reasoning_effort = (effort == "none" or effort == "minimal") and "none" or "high" end
  return body
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.data or {}) do
    local capabilities = model.capabilities or {}
    if capabilities.completion_chat ~= false then
      table.insert(models, {
        id = model.id,
        name = model.id, -- `name` is the same for every alias of a model
        context_size = model.max_context_length,
        input_modalities = capabilities.vision and { "text", "image" } or { "text" },
      })
    end
  end
  return models
end

return provider
