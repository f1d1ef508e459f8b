-- Google: the Gemini models, over the Gemini API (Google AI Studio, not Vertex AI).
-- Docs: https://ai.google.dev/gemini-api/docs/api-key (x-goog-api-key, GEMINI_API_KEY)
--       https://ai.google.dev/api/models (fields of the list, pageSize up to 1000)
--       https://ai.google.dev/api/generate-content (address of a call)

local provider = {
  name = "Google Gemini",
  dialect = "google_gemini",
  base_url = "https://generativelanguage.googleapis.com",
  api_key = { env = "GEMINI_API_KEY" },
  auth_header = "x-goog-api-key",
  models_endpoint = "/v1beta/models?pageSize=1000",
  health_endpoint = "/v1beta/models?pageSize=1",
}

local function contains(list, wanted)
  for _, value in ipairs(list or {}) do
    if value == wanted then return true end
  end
  return false
end

-- Image generators and speech say generateContent too; a call of theirs answers no text.
local not_for_chat = { "%-tts", "%-image", "imagen", "%-audio", "embedding", "%-live" }

local function can_chat(id, methods)
  if not contains(methods, "generateContent") then return false end
  for _, pattern in ipairs(not_for_chat) do
    if id:find(pattern) then return false end
  end
  return true
end

function provider.parse_models(response)
  local models = {}
  for _, model in ipairs(response.models or {}) do
    local id = (model.name or ""):gsub("^models/", "")
    if can_chat(id, model.supportedGenerationMethods) then
      table.insert(models, {
        id = id,
        name = model.displayName or id,
        context_size = model.inputTokenLimit,
        max_output_tokens = model.outputTokenLimit,
        reasoning = model.thinking == true,
      })
    end
  end
  return models
end

return provider
