-- Groq: open models on its own fast chips.
-- Docs: https://console.groq.com/docs/openai (address, GROQ_API_KEY), https://console.groq.com/docs/models (the list)
--       https://console.groq.com/docs/reasoning (which level and which format each family takes): gpt-oss takes low,
--       medium and high and refuses reasoning_format (its reasoning comes apart from the text anyway); Qwen 3 takes
--       none and default, and puts <think> into the text unless the format is "parsed".

local provider = {
  name = "Groq",
  dialect = "openai_completions",
  base_url = "https://api.groq.com/openai",
  api_key = { env = "GROQ_API_KEY" },
  health_endpoint = "/v1/models",
}

-- It cannot be kept from reasoning: the least is low.
local gpt_oss_efforts = {
  none = "low", minimal = "low", low = "low", medium = "medium", high = "high", xhigh = "high", max = "high",
}

function provider.modify_body(body, _, opts)
  local effort = opts.reasoning_effort
  if body.model:find("gpt-oss", 1, true) then
    if effort then body.reasoning_effort = gpt_oss_efforts[effort] end
  elseif body.model:find("qwen3", 1, true) then
    if effort then body.reasoning_effort = effort == "none" and "none" or "default" end
    body.reasoning_format = body.reasoning_format or "parsed"
  end
  return body
end

local not_for_chat = { "whisper", "tts", "orpheus", "guard" }

local function can_chat(model)
  for _, word in ipairs(not_for_chat) do
    if model.id:find(word, 1, true) then return false end
  end
  return model.active ~= false
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.data or {}) do
    if can_chat(model) then
      table.insert(models, {
        id = model.id,
        name = model.id,
        context_size = model.context_window,
        max_output_tokens = model.max_completion_tokens,
      })
    end
  end
  return models
end

return provider
