-- DeepSeek, from DeepSeek itself.
-- Docs: https://api-docs.deepseek.com (address without /v1, Bearer key), https://api-docs.deepseek.com/api/list-models
--       https://api-docs.deepseek.com/guides/thinking_mode (thinking.type, reasoning_effort low | high | max; the server
--       maps other levels; reasoning_content has to come back with the results of tool calls)
-- Not in those docs: DEEPSEEK_API_KEY, the name its own SDK examples and every client use.

local provider = {
  name = "DeepSeek",
  dialect = "openai_completions",
  base_url = "https://api.deepseek.com",
  completions_endpoint = "/chat/completions",
  api_key = { env = "DEEPSEEK_API_KEY" },
  models_endpoint = "/models",
  health_endpoint = "/models",
}

-- Thinking of the turns that called tools; the dialect leaves it out, as most servers refuse it. Both lists hold the same
-- turns in the same order, but for turns of thinking alone, which are not on the wire.
local function restore_reasoning(body, context)
  local turns = {}
  for _, message in ipairs(context.messages or {}) do
    if message.role == "assistant" then
      local thinking, has_text, has_calls = "", false, false
      for _, block in ipairs(message.content) do
        if block.type == "thinking" then thinking = thinking .. block.text end
        if block.type == "text" and block.text ~= "" then has_text = true end
        if block.type == "tool_use" then has_calls = true end
      end
      if has_text or has_calls then table.insert(turns, has_calls and thinking or "") end
    end
  end
  local turn = 0
  for _, message in ipairs(body.messages or {}) do
    if message.role == "assistant" then
      turn = turn + 1
      if (turns[turn] or "") ~= "" then message.reasoning_content = turns[turn] end
    end
  end
end

function provider.modify_body(body, context, opts)
  local effort = opts.reasoning_effort
  if effort == "none" then
    body.thinking = { type = "disabled" }
    body.reasoning_effort = nil
  elseif effort then
    body.thinking = { type = "enabled" }
    body.reasoning_effort = effort
  end
  restore_reasoning(body, context)
  return body
end

return provider
