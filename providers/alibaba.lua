-- Alibaba Cloud Model Studio: the Qwen models. International (Singapore); for Beijing give
-- url: https://dashscope.aliyuncs.com/compatible-mode.
-- Docs: https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope (address, DASHSCOPE_API_KEY)
--       https://www.alibabacloud.com/help/en/model-studio/deep-thinking (enable_thinking, thinking_budget)
-- GET /v1/models exists there (401 without a key) but stands in no document that could be read.
-- The budgets are ours: the tokens Parley gives each level wherever a vendor takes a number.

local provider = {
  name = "Alibaba Cloud (Qwen)",
  dialect = "openai_completions",
  base_url = "https://dashscope-intl.aliyuncs.com/compatible-mode",
  api_key = { env = "DASHSCOPE_API_KEY" },
  health_endpoint = "/v1/models",
}

local budgets = { minimal = 1024, low = 1024, medium = 4096, high = 16384, xhigh = 24576, max = 32768 }

function provider.modify_body(body, _, opts)
  local effort = opts.reasoning_effort
  if effort then
    body.reasoning_effort = nil
    body.enable_thinking = effort ~= "none"
    body.thinking_budget = effort ~= "none" and (opts.reasoning_budget or budgets[effort]) or nil
  end
  return body
end

return provider
