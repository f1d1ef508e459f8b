-- OpenAI, over its Responses API: the one that shows reasoning summaries and knows every newer model.
-- Docs: https://platform.openai.com/docs/api-reference/responses (address, Bearer key, OPENAI_API_KEY)
--       https://platform.openai.com/docs/api-reference/models (the list: ids and owners only)
--       https://platform.openai.com/docs/models (which model answers on which API)
-- No hook on a call's way on purpose: without one, the bytes of a tool that speaks either pass as they are.
-- For a compatible server of somebody else, which seldom has /v1/responses, use the type `custom`.

local provider = {
  name = "OpenAI",
  -- The first is the better one; a tool that speaks the second has its bytes passed as they are.
  dialects = { "openai_responses", "openai_completions" },
  base_url = "https://api.openai.com",
  api_key = { env = "OPENAI_API_KEY" },
  -- "/" answers anybody; this one also tells whether the key is good.
  health_endpoint = "/v1/models",
}

-- The list says nothing of what a model can do, only its name does. So what is known not to answer in text here is
-- left out, rather than only what is known to chat let in: a new family shows at once.
local not_for_chat = {
  "embedding", "moderation",
  "^whisper", "^tts%-", "^gpt%-.*%-tts", "^gpt%-.*transcribe",
  "^gpt%-realtime", "^gpt%-.*%-realtime", "^gpt%-audio", "^gpt%-.*%-audio", -- need audio, or a socket
  "^dall%-e", "^gpt%-image", "^chatgpt%-image", "^sora",
  "^davinci", "^babbage", "^gpt%-3%.5%-turbo%-instruct", -- the older completions only
  "^gpt%-.*%-search%-", -- chat completions only
  "^o%d.*%-deep%-research", "^computer%-use", -- answer nothing without a tool of OpenAI's own
}

local function can_chat(id)
  local base = id:gsub("^ft:", "") -- a fine-tuned model can what its base can
  for _, pattern in ipairs(not_for_chat) do
    if base:find(pattern) then return false end
  end
  return true
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.data or {}) do
    if can_chat(model.id) then table.insert(models, { id = model.id, name = model.id }) end
  end
  return models
end

return provider
