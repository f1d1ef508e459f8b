-- Mistral AI.
-- Docs: https://docs.mistral.ai/api (address, Bearer key, MISTRAL_API_KEY, fields of the list; random_seed instead of seed)
--       https://docs.mistral.ai/inference/conversations/reasoning and https://docs.mistral.ai/capabilities/reasoning/adjustable
--       (reasoning_effort: "none" and "high" for Small 4 and Medium 3.5, also the levels between from Large 4 on)
-- Fields it does not know are refused with 422, stream_options among them; usage comes without being asked for
-- (https://github.com/avante-corp/avante.nvim/issues/2347, https://github.com/dnakov/anon-kode/issues/53).

local provider = {
  name = "Mistral",
  dialect = "openai_completions",
  base_url = "https://api.mistral.ai",
  api_key = { env = "MISTRAL_API_KEY" },
  health_endpoint = "/v1/models",
  drop_body_fields = { "stream_options" },
}

local switch = {
  none = "none", minimal = "none", low = "high", medium = "high", high = "high", xhigh = "high", max = "high",
}
local levels = {
  none = "none", minimal = "low", low = "low", medium = "medium", high = "high", xhigh = "high", max = "high",
}

function provider.modify_body(body, _, opts)
  body.random_seed = body.seed
  body.seed = nil
  if opts.reasoning_effort then
    local known = body.model:find("^mistral%-large%-4") and levels or switch
    body.reasoning_effort = known[opts.reasoning_effort]
  end
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
        tools = capabilities.function_calling,
      })
    end
  end
  return models
end

return provider
