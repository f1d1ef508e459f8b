-- Moonshot AI: the Kimi models. For the Chinese platform give url: https://api.moonshot.cn.
-- Docs: https://platform.kimi.ai/docs/api/chat (address, MOONSHOT_API_KEY), https://platform.kimi.ai/docs/api/list-models
--       https://platform.kimi.ai/docs/guide/use-kimi-k2-thinking-model (thinking.type enabled | disabled, on K2 models;
--       K2.7 always thinks and refuses "disabled"; reasoning_content has to come back with the results of tool calls)
--       https://platform.kimi.ai/docs/guide/use-thinking-effort (K3 and K3.1 always reason: reasoning_effort low | high | max)

local provider = {
  name = "Moonshot AI (Kimi)",
  dialect = "openai_completions",
  base_url = "https://api.moonshot.ai",
  api_key = { env = "MOONSHOT_API_KEY" },
  health_endpoint = "/v1/models",
}

-- The nearest level K3 knows; others are ignored without a word.
local k3_efforts = {
  none = "low", minimal = "low", low = "low", medium = "high", high = "high", xhigh = "max", max = "max",
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
  if effort and body.model:find("^kimi%-k3") then
    body.reasoning_effort = k3_efforts[effort]
  elseif effort then
    body.reasoning_effort = nil
    local can_stop = not body.model:find("^kimi%-k2%.7")
    body.thinking = { type = effort == "none" and can_stop and "disabled" or "enabled" }
  end
  restore_reasoning(body, context)
  return body
end

return provider
