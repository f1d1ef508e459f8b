/** What a first start writes; says nothing that is not the default, so that it can be deleted line by line. */
export const defaultConfigText = `# Parley's settings. Edit this file or use the app: both see the other's changes at once, and the app keeps your comments.
# A mistake is reported with its line, and what was valid before stays in force until it is mended.

llm:
  # A backend is a provider you use. \`type\` is the provider's script: a built-in one, or <type>.lua in the folder
  # providers next to this file. \`name\` is yours to choose; models are called <name>/<model>, e.g. groq/llama-3.3-70b-versatile.
  #
  # api_key takes one of these; leave it out where none is needed (ollama) or the script brings its own:
  #   "\${GROQ_API_KEY}" or env:GROQ_API_KEY   from the environment
  #   keychain:work                           from the system's keychain, put there with: parley secrets set work
  #   "gsk_..."                               the key itself (then keep this file to yourself)
  # or a list of them, [env:KEY_1, env:KEY_2], used in turn; one that is over its limit rests for a while.
  #
  # Also possible for each: url (instead of the script's), headers, priority (lower goes first), enabled, timeout_ms.
  #
  # backends:
  #   - { name: ollama, type: ollama, url: http://localhost:11434 }
  #   - { name: openai, type: openai, api_key: env:OPENAI_API_KEY }
  #   - { name: router, type: openrouter, api_key: keychain:openrouter, priority: 2 }
  #   - { name: work, type: my-provider, url: http://localhost:8080, api_key: keychain:work, headers: { X-Team: a } }
  backends: []

  # What happens when a backend fails: how often a model is asked, and how the waits between grow
  # (exponential, linear or fixed).
  retry: { max_attempts: 3, backoff: exponential }

  # Names of your own for models; the next model answers where the first cannot.
  # aliases:
  #   fast: [groq/llama-3.3-70b-versatile, work/small]

  # What a model costs where Parley has it wrong: US dollars per million tokens; cached ones cost as input unless said.
  # prices:
  #   work/small: { input_cost: 0.2, output_cost: 0.8, cache_read_cost: 0.02, cache_write_cost: 0.2 }

# The local address other tools talk to, e.g. http://127.0.0.1:4141/v1 for everything that speaks OpenAI.
# Keys for it: parley keys create NAME. With require_key: false every program on this machine can use your backends.
gateway: { host: 127.0.0.1, port: 4141, require_key: true }

# How backends are reached. \`proxy\` is env (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY decide), none, or an address:
# http://, https://, socks5://, or socks5h:// where the proxy finds the hosts. A changed setting holds at once.
# proxy_password takes what api_key takes; ca_file names certificates to trust beside the usual ones.
# network:
#   proxy: http://me@proxy.example:3128
#   proxy_password: keychain:proxy
#   no_proxy: [localhost, 127.0.0.1, .internal.example, 10.0.0.0/8]
#   ca_file: /etc/ssl/company-root.pem
network: { proxy: env }

# A model that gives new chats their titles; without one they take the first words of the question.
# chat: { title_model: groq/llama-3.1-8b-instant }

# What may be used up, in all, by a backend or by a client (chat, cli): in usd or tokens, each day or month. A budget warns
# at 80 %; with stop: true calls are refused once it is used up. Keys of the gateway have budgets of their own.
# budgets:
#   - { amount: 30, unit: usd, period: month }
#   - { backend: groq, amount: 5, unit: usd, period: month, stop: true }
#   - { client: chat, amount: 200000, unit: tokens, period: day }

# The desktop app beside its window: an icon beside the clock, staying there when the window closes, a key for quick ask.
# desktop: { tray_icon: true, keep_in_tray: false, start_hidden: false, notify_answers: false, quick_ask_shortcut: Alt+Space }
`;
