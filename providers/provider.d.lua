---@meta
-- Types of a provider script, for editors with the Lua language server (LuaCATS annotations). Nothing runs this file.
-- Put it beside your script and write `---@type parley.AthyrProvider` above the table you return; the hooks' arguments
-- then complete themselves.

-- What the script is given ---------------------------------------------------------------------------------------

---The backend's line in parley.yaml. Unset values are "", which Lua takes for true.
---@class parley.Config
---@field name string name of the backend
---@field url string its url
---@field api_key string its key, resolved; within a hook the key of that call
config = {}

---@class parley.Json
---@field null any stands for JSON's null inside lists; in objects a null is simply absent
json = {}

---@param value any
---@return string? text nil when the value cannot be encoded
---@return string? error
function json.encode(value) end

---@param text string
---@return any value nil when the text is not JSON
---@return string? error
function json.decode(text) end

---@class parley.HttpResponse
---@field status integer also for errors: a 404 does not raise
---@field headers table<string, string>
---@field body string

---Requests to the provider's own host, and to hosts it was granted. They wait for the answer; what is not granted, and a
---network that fails, raises. A redirect to another host takes no keys along.
---@class parley.Http
http = {}

---@param url string
---@param headers? table<string, string>
---@return parley.HttpResponse
function http.get(url, headers) end

---@param url string
---@param body? string `json.encode` makes one of a table
---@param headers? table<string, string>
---@return parley.HttpResponse
function http.post(url, body, headers) end

---@class parley.Log
log = {}

---@param ... any
function log.info(...) end

---@param ... any
function log.warn(...) end

---@param ... any
function log.error(...) end

---Reads a JSON file beside the script: a list of models. Raises where there is none. For a script that takes the place of a
---built-in one the file shipped with Parley does as well.
---@param path string relative, such as "models/acme.json"
---@return parley.Model[]
function load_models(path) end

-- What the script returns ----------------------------------------------------------------------------------------

---@alias parley.Dialect
---| "openai_completions" # /v1/chat/completions
---| "openai_responses"   # /v1/responses
---| "anthropic_messages" # /v1/messages
---| "google_gemini"      # /v1beta/models/{model}:streamGenerateContent
---| "ollama_chat"        # /api/chat

---@alias parley.Modality "text" | "image" | "pdf" | "audio" | "video"

---A key is a literal, "${NAME}" or "env:NAME", "keychain:ACCOUNT", one of these tables, or a function returning any of
---them. nil or "" moves on to the next tier.
---@alias parley.Key string | { env: string } | { system: string } | { keychain: string } | fun(): parley.KeyValue?
---@alias parley.KeyValue string | { env: string } | { system: string } | { keychain: string }

---Everything but the id may be left out. Costs are US dollars per million tokens.
---@class parley.Model
---@field id string
---@field name? string
---@field dialect? parley.Dialect where the provider has none
---@field context_size? integer tokens
---@field max_output_tokens? integer
---@field input_modalities? parley.Modality[]
---@field output_modalities? parley.Modality[]
---@field reasoning? boolean
---@field tools? boolean whether it calls tools
---@field release_date? string YYYY-MM-DD
---@field input_cost? number
---@field output_cost? number
---@field cache_read_cost? number
---@field cache_write_cost? number

---A request as it is about to be sent.
---@class parley.Request
---@field method "GET" | "POST"
---@field url string it must stay on the provider's host, or go to one that was granted
---@field headers table<string, string> names in lower case

---@class parley.BodyRequest : parley.Request
---@field model string the upstream's own model id
---@field messages? table[] as in body, where the dialect has them
---@field body table | string a table as the dialect has it; it may be replaced by text

---What both styles have.
---@class parley.Provider
---@field name? string display name; the backend's otherwise
---@field base_url string without the dialect's path; the backend's url wins over it
---@field models_endpoint? string path of the list of models, "/v1/models" otherwise
---@field health_endpoint? string path of the health check, "/" otherwise; elsewhere a refusal tells of a wrong key
---@field auth_type? "none" | "bearer" | "x-api-key" otherwise "bearer" with a dialect or api_key_optional, "none" with protocol alone
---@field auth_header? string header for the raw key; otherwise it goes as Bearer token on authorization
---@field api_key? parley.Key the script's own tier, after the call's key and the backend's
---@field auth_key? parley.Key the same, by Athyr's name; api_key goes first
---@field api_key_optional? boolean true: where no tier has a key, calls go out without one
---@field models? parley.Model[] | fun(): parley.Model[] a list, load_models("file.json") or a function; otherwise models_endpoint is asked
---@field headers? table<string, string|number|boolean> sent with every request, lists and health checks too
---@field drop_body_fields? string[] fields at the top of a body that are never sent, such as "stream_options"
---@field hosts? string[] hosts beside base_url's that hooks want to reach; granted at import
---@field parse_models? fun(response: any): parley.Model[] makes models of the decoded list
---@field on_request? fun(req: parley.BodyRequest): parley.BodyRequest?, string? last word before sending; nil and a reason stops the call
---@field health_check? fun(): boolean instead of asking health_endpoint

---Athyr style: an OpenAI-compatible API as data. protocol, base_url and completions_endpoint are required.
---@class parley.AthyrProvider : parley.Provider
---@field protocol "openai_compat"
---@field completions_endpoint string path such as "/v1/chat/completions"

---Omni style: any of the dialects, and hooks along the pipeline.
---@class parley.OmniProvider : parley.Provider
---@field dialect? parley.Dialect left out, every model names its own
---@field dialects? parley.Dialect[] several that every model speaks, the best first
---@field completions_endpoint? string instead of the dialect's own path
---@field build_url? fun(path: string, opts: parley.UrlOptions): string base_url .. path otherwise
---@field authenticate? fun(req: parley.Request, opts: parley.AuthOptions): parley.Request?, string? nil and a reason stops the call
---@field modify_body? fun(body: table, context: parley.Context, opts: parley.Options): table
---@field modify_events? fun(deltas: parley.Delta[], raw_event: any): parley.Delta[]

---What the call asked for; what it did not ask for is nil.
---@class parley.Options
---@field model string the upstream's own model id
---@field stream boolean
---@field max_tokens? integer
---@field temperature? number
---@field top_p? number
---@field top_k? integer
---@field stop? string[]
---@field seed? integer
---@field frequency_penalty? number
---@field presence_penalty? number
---@field reasoning_effort? "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max"
---@field reasoning_budget? integer tokens to think with, over the effort's
---@field parallel_tool_calls? boolean
---@field cache? "short" | "long" how long the prompt should be kept cached
---@field output? { type: "json_object" | "json_schema", name: string?, schema: table?, strict: boolean? }
---@field metadata? table
---@field user? string
---@field timeout_ms? integer

---@class parley.UrlOptions : parley.Options
---@field base_url string

---For lists of models and health checks there is nothing but these three.
---@class parley.AuthOptions : parley.Options
---@field base_url string
---@field api_key string the key of the first tier that had one; "" without
---@field auth_header string name of the header the key would go on

---The conversation in Parley's own words, to look things up in; changing it changes nothing.
---@class parley.Context
---@field system? string
---@field messages parley.Message[]
---@field tools { name: string, description: string?, input_schema: table, strict: boolean? }[]

---@class parley.Message
---@field role "user" | "assistant"
---@field content parley.Block[]
---@field private? any[] what modify_events of this or another provider attached to the answer

---@class parley.Block
---@field type "text" | "thinking" | "attachment" | "tool_use" | "tool_result"
---@field text? string text, thinking
---@field signature? string text, thinking, tool_use
---@field redacted_data? string thinking
---@field media_type? string attachment
---@field source? { type: "base64" | "url", data: string?, url: string? } attachment
---@field detail? string attachment
---@field id? string tool_use
---@field name? string attachment, tool_use, tool_result
---@field input? any tool_use
---@field tool_use_id? string tool_result
---@field content? parley.Block[] tool_result
---@field is_error? boolean tool_result

---One step of an answer. `message` folds into the answer as a whole (usage: last wins, private: appended); blocks are
---told apart by block and index.
---@class parley.Delta
---@field type "message" | "block_start" | "block_delta" | "error"
---@field id? string message, block_start
---@field model? string message
---@field finish_reason? "stop" | "length" | "tool_use" | "refusal" | "error" | "cancelled" message
---@field usage? table message
---@field private? any[] message: round-trip data that comes back with the next request
---@field citations? { url: string, title?: string }[] message: pages the answer draws on
---@field block? "text" | "thinking" | "tool_use" block_start, block_delta
---@field index? integer block_start, block_delta
---@field name? string block_start of a tool call
---@field delta? string block_delta: text, or the next piece of a tool call's arguments
---@field signature? string
---@field redacted_data? string
---@field error? { code: string, message: string } error
