-- Z.AI: the GLM models. With a GLM Coding Plan give url: https://api.z.ai/api/coding/paas.
-- Docs: https://docs.z.ai/api-reference/llm/chat-completion (address under /v4, Bearer key; response_format is text or
--       json_object), https://docs.z.ai/guides/capabilities/thinking-mode (thinking.type enabled | disabled; thinking goes
--       back with the results of tool calls), https://docs.z.ai/guides/overview/pricing (models/zai.json)
-- Not in the docs that could be read: ZAI_API_KEY (the name every client uses); that GLM-5.2 takes every level of
-- reasoning_effort, and that GLM-5.3 always reasons and takes low, high and max only (seen in clients and live probes).
-- There is no documented list of models.

local provider = {
  name = "Z.AI",
  dialect = "openai_completions",
  base_url = "https://api.z.ai/api/paas",
  completions_endpoint = "/v4/chat/completions",
  api_key = { env = "ZAI_API_KEY" },
  models = load_models("models/zai.json"),
}

local glm_53_efforts = {
  none = "low", minimal = "low", low = "low", medium = "high", high = "high", xhigh = "max", max = "max",
}

local function set_thinking(body, effort)
  local version = tonumber(body.model:match("^glm%-(%d+%.?%d*)")) or 0
  if version >= 5.3 then
    body.thinking = { type = "enabled" }
    body.reasoning_effort = glm_53_efforts[effort]
    return
  end
  body.thinking = { type = effort == "none" and "disabled" or "enabled" }
  body.reasoning_effort = nil
  if version >= 5.2 and effort ~= "none" then body.reasoning_effort = effort end
end

-- A schema is not enforced here: the model is asked for JSON, and told the schema.
local function describe_schema(body)
  local format = body.response_format
  if not format or format.type ~= "json_schema" then return end
  local schema = json.encode((format.json_schema or {}).schema or {})
  local order = "Answer with JSON that matches this JSON schema, and with nothing else:\n" .. schema
  body.response_format = { type = "json_object" }
  local first = body.messages[1]
  if first and first.role == "system" and type(first.content) == "string" then
    first.content = first.content .. "\n\n" .. order
  else
    table.insert(body.messages, 1, { role = "system", content = order })
  end
end

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
  if opts.reasoning_effort then set_thinking(body, opts.reasoning_effort) end
  restore_reasoning(body, context)
  describe_schema(body)
  return body
end

return provider
