-- OpenRouter: hundreds of models of many vendors behind one key.
-- Docs: https://openrouter.ai/docs/api-reference/overview (address, Bearer key)
--       https://openrouter.ai/docs/models (facts and prices), https://openrouter.ai/docs/app-attribution (two headers)
--       https://openrouter.ai/docs/use-cases/reasoning-tokens (reasoning.effort; reasoning_details go back unchanged)
--       https://openrouter.ai/docs/api-reference/errors (an error may come inside a stream that began well)

local provider = {
  name = "OpenRouter",
  dialect = "openai_completions",
  base_url = "https://openrouter.ai/api",
  api_key = { env = "OPENROUTER_API_KEY" },
  -- The models are public; this address tells whether the key is good.
  health_endpoint = "/v1/key",
  headers = {
    -- A local app without an address of its own counts under its title.
    ["HTTP-Referer"] = "http://localhost/parley",
    ["X-Title"] = "Parley",
  },
}

-- Requests -------------------------------------------------------------------------------------------------------

-- A signature ends a block of reasoning; what is encrypted comes whole.
local function goes_on(block, piece)
  return block ~= nil and block.type == piece.type and block.index == piece.index
    and block.type ~= "reasoning.encrypted" and not block.signature
end

-- Reasoning arrives in pieces; the pieces of one block go back as one.
local function join_details(pieces)
  local joined = {}
  for _, piece in ipairs(pieces) do
    local last = joined[#joined]
    if goes_on(last, piece) then
      for key, value in pairs(piece) do
        local grows = (key == "text" or key == "summary") and last[key] ~= nil
        last[key] = grows and last[key] .. value or value
      end
    else
      local copy = {}
      for key, value in pairs(piece) do copy[key] = value end
      table.insert(joined, copy)
    end
  end
  return joined
end

-- Reasoning of each assistant turn that is on the wire; the dialect leaves out turns that are thinking alone.
local function find_reasoning(context)
  local turns = {}
  for _, message in ipairs(context.messages or {}) do
    if message.role == "assistant" then
      local is_sent = false
      for _, block in ipairs(message.content) do
        if block.type == "tool_use" or (block.type == "text" and block.text ~= "") then is_sent = true end
      end
      local pieces = {}
      for _, entry in ipairs(message.private or {}) do
        for _, piece in ipairs(type(entry) == "table" and entry.reasoning_details or {}) do
          table.insert(pieces, piece)
        end
      end
      if is_sent then table.insert(turns, join_details(pieces)) end
    end
  end
  return turns
end

function provider.modify_body(body, context, opts)
  if body.reasoning_effort then
    body.reasoning = body.reasoning or {}
    -- The dialect knows OpenAI's levels only; what was asked for may have been higher.
    body.reasoning.effort = opts.reasoning_effort or body.reasoning_effort
    body.reasoning_effort = nil
  end
  local turns, turn = find_reasoning(context), 0
  for _, message in ipairs(body.messages or {}) do
    if message.role == "assistant" then
      turn = turn + 1
      if #(turns[turn] or {}) > 0 then message.reasoning_details = turns[turn] end
    end
  end
  return body
end

-- Answers --------------------------------------------------------------------------------------------------------

local function describe_error(problem)
  if type(problem) ~= "table" then return tostring(problem) end
  local message = problem.message or "it gave no reason"
  local vendor = (problem.metadata or {}).provider_name
  if vendor then message = message .. " (from " .. vendor .. ")" end
  return message
end

function provider.modify_events(deltas, raw_event)
  if raw_event.error then
    local message = "OpenRouter broke off the answer: " .. describe_error(raw_event.error)
    return { { type = "error", error = { code = "stream_error", message = message } } }
  end
  local choice = (raw_event.choices or {})[1] or {}
  local details = (choice.delta or choice.message or {}).reasoning_details
  if type(details) == "table" and #details > 0 then
    table.insert(deltas, { type = "message", private = { { reasoning_details = details } } })
  end
  return deltas
end

-- Models ---------------------------------------------------------------------------------------------------------

-- OpenRouter's names for what goes in and out, and ours.
local modalities = { text = "text", image = "image", file = "pdf", audio = "audio", video = "video" }

local function map_modalities(list)
  if not list then return nil end
  local mapped = {}
  for _, name in ipairs(list) do
    if modalities[name] then table.insert(mapped, modalities[name]) end
  end
  if #mapped == 0 then return nil end
  return mapped
end

-- Prices are strings in dollars per token; a negative one means that it varies. Ours are per million tokens.
local function per_million(price)
  local dollars = tonumber(price)
  if not dollars or dollars < 0 then return nil end
  return math.floor(dollars * 1e12 + 0.5) / 1e6
end

local function positive(value)
  local number = tonumber(value)
  if number and number > 0 then return number end
  return nil
end

local function contains(list, wanted)
  for _, value in ipairs(list or {}) do
    if value == wanted then return true end
  end
  return false
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.data or {}) do
    local architecture = model.architecture or {}
    local pricing = model.pricing or {}
    table.insert(models, {
      id = model.id,
      name = model.name or model.id,
      context_size = positive(model.context_length),
      max_output_tokens = positive((model.top_provider or {}).max_completion_tokens),
      input_modalities = map_modalities(architecture.input_modalities),
      output_modalities = map_modalities(architecture.output_modalities),
      reasoning = contains(model.supported_parameters, "reasoning"),
      tools = model.supported_parameters and contains(model.supported_parameters, "tools"),
      input_cost = per_million(pricing.prompt),
      output_cost = per_million(pricing.completion),
      cache_read_cost = per_million(pricing.input_cache_read),
      cache_write_cost = per_million(pricing.input_cache_write),
    })
  end
  return models
end

return provider
