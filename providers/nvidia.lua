-- NVIDIA: the NIM API catalog of build.nvidia.com.
-- Docs: https://build.nvidia.com (address, Bearer key, NVIDIA_API_KEY)
--       https://docs.nvidia.com/nim/large-language-models/latest/api-reference.html (/v1/chat/completions, /v1/models)
-- The list says nothing of what a model is for: it holds embedding and other models too. For a NIM of your own give its url.

return {
  name = "NVIDIA",
  dialect = "openai_completions",
  base_url = "https://integrate.api.nvidia.com",
  api_key = { env = "NVIDIA_API_KEY" },
  health_endpoint = "/v1/models",
}
