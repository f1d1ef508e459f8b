local provider = {
name = "custom-api",
protocol = "openai_compat",
base_url = config.url,
completions_endpoint = "/v1/chat/completions",
}
function provider.on_request(req)
req.headers["X-Custom-Auth"] = "token-" .. config.api_key
req.headers["X-Request-Model"] = req.model
return req, nil
end
return provider
