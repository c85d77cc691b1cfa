import type { PlatformFaultKind } from '../platform.ts'

/** What an error says, apart from its status. */
export interface ErrorFacts {
  /** Its own words, with those of the server behind a router. */
  words: string
  /** Its codes and types, such as `model_not_found`; a number is a status. */
  codes: readonly string[]
  /** The place in the request that it names, if it does so outside its words. */
  param?: string | undefined
}

interface Evidence {
  kind: PlatformFaultKind
  /** Whole codes, whatever the status. */
  codes?: RegExp
  /** Words of an error that is not a 5xx: those speak of the server's own trouble. */
  words?: RegExp
  /** The words count in a 5xx, too. */
  isCertain?: true
}

/** Speaks of the conversation: of ids, roles and the places of messages. */
const OF_HISTORY =
  /\b(messages|input|contents)['"`]?[.[]\d|tool_calls?['"`]? must be followed|insufficient tool messages|tool_use_?`? ?ids?\b|without `?tool_result|no tool (output|call) found for|tool call id (was|has)|roles? must alternate|unexpected role|expected last role|function (call|response) (turn|parts)/i

/** Speaks of reasoning that the vendor sealed. */
const OF_SEALS = /encrypted content .* could not be|invalid `?signature`?|thought[_ ]?signature/i

/**
 * What vendors and servers write, and what it means. The first match counts, so that a row may be general. Where a row
 * names an issue, its words were reported there; test/platforms/errors/bodies.ts has whole bodies with their sources.
 */
const EVIDENCE: readonly Evidence[] = [
  // https://platform.openai.com/docs/guides/error-codes; microsoft/PyRIT#1463 (invalid_prompt);
  // https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter; OpenRouter's moderation (403)
  {
    kind: 'content_filter',
    codes:
      /^(content_filter|content_policy_violation|invalid_prompt|moderation_blocked|data_inspection_failed)$/,
    words:
      /potentially violating|limited access to this content for safety|content (management|filter)|prohibited content|input was flagged/i,
  },
  // What the vendor sealed for another account: no other platform gets it. OpenAI (sub2api#3138), Anthropic, Gemini
  { kind: 'rejected', codes: /^invalid_encrypted_content$/, words: OF_SEALS },
  // Ids and roles of the conversation. Mistral (gptel#1203, onyx#6458), OpenAI (langmanus#119, earendil-works/pi#1022),
  // Anthropic (claude-code#6566), DeepSeek, Gemini, chat templates of vLLM and llama.cpp
  {
    kind: 'bad_request',
    codes: /^(invalid_request_message_order|invalid_function_call)$/,
    words: OF_HISTORY,
  },
  // A limit per minute may be worded as a size: Groq's 413 (continue#10218), OpenAI's 429 (vanna-flask#11)
  {
    kind: 'rate_limit',
    codes: /^(rate_limit\w*|too_many_requests|ThrottlingException)$/,
    words: /(tokens|requests) per min|rate[- ]limited|rate limit|too many requests/i,
  },
  // LiteLLM (#14144, #4208), DeepSeek's 402, OpenRouter's 402, Anthropic's 400
  {
    kind: 'quota',
    codes: /quota|^(billing_hard_limit_reached|billing_error|budget_exceeded|insufficient_\w+)$/,
    words:
      /budget has been exceeded|exceeded ?budget|over budget|crossed budget|insufficient (balance|credits?|funds)|requires more credits|credit balance|spend(ing)? limit|usage limit|prepayment credits/i,
  },
  // OpenAI, vLLM (#20409), llama.cpp (#15780), llama-cpp-python, LM Studio (bug-tracker#237, openclaude#353), SGLang, text
  // generation inference, Anthropic, Gemini, Bedrock
  {
    kind: 'context_overflow',
    codes: /^(context_length_exceeded|exceed_context_size_error|request_too_large)$/,
    words:
      /context ?(length|limit|window|size)|when (the )?context (the )?overflows|prompt is too long|input is too long|(input )?token count|too many (input )?tokens|maximum allowed (input )?length|max_new_tokens` must be|must have less than \d+ tokens/i,
  },
  // Tools: Ollama (#6027), vLLM (#9986), llama.cpp ("requires --jinja"), OpenRouter (routstr-core#554, zed#36094), DeepSeek
  // (spring-ai#2643), Gemini, Bedrock
  {
    kind: 'unsupported',
    isCertain: true,
    words:
      /(does not|doesn't|do not) support (\w+ )?(tools?|tool use|tool calling|function)|support (tool use|the provided 'tool_choice')|--enable-auto-tool-choice|requires? --jinja|unsupported param: tools|function calling is not|tool (use|calling) is not supported/i,
  },
  // A tool's schema, by its place or its name
  {
    kind: 'bad_request',
    codes: /^invalid_function_parameters$/,
    words:
      /\btools?['"`]?[.[]\d|function[_ ]?declarations?\b|invalid schema for function|input_schema|tool schema|schema produces a constraint|'?tools'? ?:/i,
  },
  // Gemini through OpenAI's dialect (OpenManus#803), xAI's 400 for a wrong key, OpenAI's 403 for a country
  {
    kind: 'auth',
    codes: /^(invalid_api_key|API_KEY_INVALID|unsupported_country_region_territory)$/,
    words: /api key not valid|(incorrect|invalid) api key|(location|country|region)[^.]{0,40} not supported/i,
  },
  // An argument: OpenAI, Azure (vscode-copilot-release#8054, openai-python#1724), xAI (crush#386), Groq (pluely#242), LiteLLM
  {
    kind: 'unsupported',
    codes: /^(unsupported_parameter|unsupported_value|unknown_parameter)$/,
    words:
      /unsupported (parameter|value)|unrecognized request argument|unknown (parameter|name|field)|extra (inputs|fields) (are )?not permitted|argument not supported|does not support param|not supported (with|on|by|for) th(is|e) model|is unsupported|supported range|max(_completion|_output)?_tokens\W+(\d|must|is too)/i,
  },
  // Kind of model, API, version, plan: OpenAI ("only supported in v1/responses"), Azure (langchainjs#2633), Bedrock
  // (semantic-kernel#10941), Gemma, Anthropic's beta, Ollama's cloud
  {
    kind: 'unsupported',
    codes: /^OperationNotSupported$/,
    words:
      /only supported in v1|not a chat model|operation does not work with|on-demand throughput|(unsupported|invalid) api[- ]version|api[- ]version (is )?not supported|only for api[- ]version|instruction is not enabled|system (role|prompt|messages?) (is |are )?not supported|streaming is not supported|for this subscription|requires a subscription|in your (plan|tier)/i,
  },
  // OpenAI, Azure, vLLM, Ollama, LM Studio (continue#10150), OpenRouter, LiteLLM, Groq, xAI, Bedrock, Anthropic, Google
  {
    kind: 'not_found',
    codes: /^(model_not_found|DeploymentNotFound|model_decommissioned|model_not_supported)$/,
    words:
      /\bmodels?\b.{0,200}(does not exist|not found|not exist|decommissioned|deprecated|is invalid|not loaded)|(invalid|unknown|no such) model|not a valid model|no models? (are |is )?loaded|failed to load model|no endpoints found|access to (the )?model|allowed to access model|deployment .* does not exist|^model: /i,
  },
  // The model wrote a call that its server could not read: Groq (groq-typescript#28), Ollama
  {
    kind: 'server',
    codes: /^(tool_use_failed|output_parse_failed|json_validate_failed)$/,
    words: /failed to call a function|tool call validation failed|failed to parse tool/i,
  },
  // https://platform.claude.com/docs/en/api/errors; llama.cpp while it loads; xAI (vercel/ai#10533)
  {
    kind: 'overloaded',
    codes: /overloaded/,
    words: /loading model|model is (currently )?loading|overloaded|at capacity|currently unavailable/i,
  },
]

/** Whether an error speaks of the conversation, and so not of the tools. */
export function isOfHistory(words: string): boolean {
  return OF_HISTORY.test(words) || OF_SEALS.test(words)
}

/** Types of errors that are only another spelling of a status: of OpenAI, Anthropic, Google, vLLM and LiteLLM. */
const STATUSES: Record<string, number> = {
  invalid_request_error: 400,
  BadRequestError: 400,
  INVALID_ARGUMENT: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  NotFoundError: 404,
  timeout: 408,
  server_error: 500,
  api_error: 500,
  UNAVAILABLE: 503,
}

/**
 * What an error means: by its codes and words, else by its status. `status` is undefined for an error that arrives in a
 * stream; then one of the codes may be a status.
 */
export function kindOfError(status: number | undefined, facts: ErrorFacts): PlatformFaultKind {
  const { codes } = facts
  const known = status ?? codes.map(statusOf).find(one => one !== undefined)
  const isOwnTrouble = status !== undefined && status >= 500
  const words = [facts.words, facts.param, ...codes].filter(text => text !== undefined).join('\n')
  const saysSo = (row: Evidence) => (row.isCertain || !isOwnTrouble) && row.words?.test(words)
  const found = EVIDENCE.find(row => codes.some(code => row.codes?.test(code)) || saysSo(row))
  return found?.kind ?? (known === undefined ? 'server' : kindOfStatus(known))
}

function statusOf(code: string): number | undefined {
  const status = STATUSES[code] ?? Number(code)
  return status >= 400 && status <= 599 ? status : undefined
}

/** What a status alone says. A 4xx says only that the request was rejected, not whether another server would accept it. */
export function kindOfStatus(status: number): PlatformFaultKind {
  if (status === 401 || status === 403) return 'auth'
  if (status === 402) return 'quota'
  if (status === 404) return 'not_found'
  if (status === 408 || status === 504) return 'timeout'
  // The request is too large: the conversation is too long.
  if (status === 413) return 'context_overflow'
  if (status === 429) return 'rate_limit'
  if (status === 503 || status === 529) return 'overloaded'
  return status >= 500 ? 'server' : 'rejected'
}
