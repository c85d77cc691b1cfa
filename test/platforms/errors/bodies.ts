// Errors as real servers sent them, as other people reported or documented them, with their status and what they mean.
// `from` is an issue of a public repository, or the page that documents the error.

import type { PlatformFaultKind } from '../../../src/platforms/platform.ts'

export interface ErrorBody {
  server: string
  status: number
  body: unknown
  kind: PlatformFaultKind | 'wrong path'
  from: string
}

const openAi = (message: string, more: object = {}) => ({
  error: { message, type: 'invalid_request_error', param: null, code: null, ...more },
})
const atTop = (message: string, type: string, code: unknown = null) => ({
  object: 'error',
  message,
  type,
  param: null,
  code,
})
const routed = (code: number, raw: unknown, provider: string) => ({
  error: {
    message: 'Provider returned error',
    code,
    metadata: { raw: typeof raw === 'string' ? raw : JSON.stringify(raw), provider_name: provider },
  },
})

const row =
  (server: string) =>
  (status: number, kind: ErrorBody['kind'], from: string, body: unknown): ErrorBody => ({
    server,
    status,
    body,
    kind,
    from,
  })

const ollama = row('Ollama')
const vllm = row('vLLM')
const llamaCpp = row('llama.cpp')
const lmStudio = row('LM Studio')
const sglang = row('SGLang')
const tgi = row('Text Generation Inference')
const litellm = row('LiteLLM')
const openRouter = row('OpenRouter')
const groq = row('Groq')
const mistral = row('Mistral')
const deepSeek = row('DeepSeek')
const xai = row('xAI')
const fireworks = row('Fireworks')
const cerebras = row('Cerebras')
const azure = row('Azure')
const openai = row('OpenAI')
const geminiCompatible = row('Gemini through OpenAI’s dialect')
const bedrock = row('proxy of Bedrock')

const api = (message: string) => ({ error: { message, type: 'api_error', param: null, code: null } })

/** Of servers that speak chat completions. */
export const COMPATIBLE: readonly ErrorBody[] = [
  ollama(400, 'unsupported', 'ollama/ollama#6027', api('stablelm2:latest does not support tools')),
  ollama(400, 'unsupported', 'ollama/ollama#14795', {
    error: 'registry.ollama.ai/library/Qwen3.5:0.8b does not support tools',
  }),
  ollama(500, 'server', 'continuedev/continue#11478', {
    error: 'model requires more system memory (2.7 GiB) than is available (2.3 GiB)',
  }),
  ollama(404, 'wrong path', 'sigoden/aichat#1100', '404 page not found'),
  vllm(
    400,
    'unsupported',
    'FoundationAgents/OpenManus#331',
    atTop(
      '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      'BadRequestError',
      400,
    ),
  ),
  vllm(
    400,
    'unsupported',
    'agentscope-ai/QwenPaw#1449',
    openAi('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set', {
      code: '400',
    }),
  ),
  vllm(
    400,
    'context_overflow',
    'vllm-project/vllm#20409',
    atTop(
      "This model's maximum context length is 16384 tokens. However, you requested 19591 tokens (9591 in the messages, 10000 in the completion). Please reduce the length of the messages or completion. None",
      'BadRequestError',
      400,
    ),
  ),
  vllm(
    400,
    'unsupported',
    '1Panel-dev/MaxKB#2912',
    atTop(
      "[{'type': 'extra_forbidden', 'loc': ('body', 'max_completion_tokens'), 'msg': 'Extra inputs are not permitted', 'input': 800}]",
      'BadRequestError',
      400,
    ),
  ),
  vllm(404, 'wrong path', 'vllm-project/vllm#4651', { detail: 'Not Found' }),
  llamaCpp(400, 'context_overflow', 'oobabooga/textgen#7257', {
    error: {
      code: 400,
      message:
        'the request exceeds the available context size. try increasing the context size or enable context shift',
      type: 'exceed_context_size_error',
      n_prompt_tokens: 14_429,
      n_ctx: 8_192,
    },
  }),
  llamaCpp(500, 'context_overflow', 'ggml-org/llama.cpp#15780', {
    error: {
      code: 500,
      message: 'the request exceeds the available context size.',
      type: 'exceed_context_size_error',
    },
  }),
  llamaCpp(500, 'unsupported', 'ggml-org/llama.cpp#10920', {
    error: { code: 500, message: 'Unsupported param: tools', type: 'server_error' },
  }),
  llamaCpp(500, 'unsupported', 'containers/ramalama#988', {
    error: { code: 500, message: 'tools param requires --jinja flag', type: 'server_error' },
  }),
  llamaCpp(503, 'overloaded', 'https://github.com/ggml-org/llama.cpp/tree/master/tools/server', {
    error: { code: 503, message: 'Loading model', type: 'unavailable_error' },
  }),
  lmStudio(400, 'context_overflow', 'Gitlawb/openclaude#353', {
    error:
      'The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: 4096). Try to load the model with a larger context length, or provide a shorter input.',
  }),
  lmStudio(400, 'context_overflow', 'lmstudio-ai/lmstudio-bug-tracker#237', {
    error:
      'Trying to keep the first 15857 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.',
  }),
  lmStudio(400, 'not_found', 'continuedev/continue#10150', {
    error: { message: 'Failed to load model "gpt-oss-20b". Error: Error loading model.' },
  }),
  sglang(
    400,
    'context_overflow',
    'QwenLM/Qwen3#1321',
    atTop(
      "The input (61709 tokens) is longer than the model's context length (40960 tokens).",
      'BadRequestError',
      400,
    ),
  ),
  sglang(
    400,
    'context_overflow',
    'sgl-project/sglang#4048',
    atTop(
      'Input length (160062 tokens) exceeds the maximum allowed length (59862 tokens).',
      'BadRequestError',
      400,
    ),
  ),
  tgi(422, 'context_overflow', 'huggingface/text-generation-inference#628', {
    error:
      'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 2048. Given: 1244 `inputs` tokens and 1000 `max_new_tokens`',
    error_type: 'validation',
  }),
  tgi(422, 'context_overflow', 'huggingface/text-generation-inference#695', {
    error: 'Input validation error: `inputs` must have less than 1024 tokens. Given: 1168',
    error_type: 'validation',
  }),
  litellm(400, 'quota', 'BerriAI/litellm#4208', {
    error: {
      message: 'Budget has been exceeded! Current cost: 0.0010747, Max budget: 0.0',
      type: 'auth_error',
      param: null,
      code: 400,
    },
  }),
  litellm(429, 'quota', 'BerriAI/litellm#36729', {
    error: {
      message: 'Budget has been exceeded! Current cost: 10.51, Max budget: 10.00',
      type: 'budget_exceeded',
      code: '429',
    },
  }),
  litellm(400, 'quota', 'OWASP/OpenCRE#1102', {
    error: {
      message: 'ExceededBudget: End User=ishaan3 over budget. Spend=0.0008869999999999999, Budget=0.0001',
      type: 'auth_error',
      param: 'None',
      code: 401,
    },
  }),
  litellm(400, 'quota', 'BerriAI/litellm#14144', {
    error: {
      message:
        'litellm.BadRequestError: OpenAIException - Budget has been exceeded! Current cost: 14.1, Max budget: 100. Received Model Group=meta.llama3-8b-instruct-v1:0\nAvailable Model Group Fallbacks=None',
      type: null,
      param: null,
      code: '400',
    },
  }),
  litellm(401, 'not_found', 'winfunc/opcode#358', {
    error: {
      message:
        "key not allowed to access model. This key can only access models=['gpt-5']. Tried to access claude-sonnet-4-20250514",
      type: 'key_model_access_denied',
      param: 'model',
      code: '401',
    },
  }),
  litellm(400, 'unsupported', 'BerriAI/litellm#13825', {
    error: {
      message:
        'litellm.BadRequestError: BedrockException - {"message":"The model returned the following errors: guardrails: Extra inputs are not permitted"}. Received Model Group=us.anthropic.claude-sonnet-4-20250514-v1:0',
      type: null,
      param: null,
      code: '400',
    },
  }),
  openRouter(404, 'unsupported', 'Routstr/routstr-core#554', {
    error: {
      message:
        'No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai/docs/guides/routing/provider-selection',
      code: 404,
    },
  }),
  openRouter(404, 'unsupported', 'zed-industries/zed#36094', {
    error: {
      message: "No endpoints found that support the provided 'tool_choice' value.",
      code: 404,
    },
  }),
  openRouter(
    400,
    'rejected',
    'reVrost/go-openrouter#21',
    routed(
      400,
      openAi("Response input messages must contain the word 'json' in some form to use 'text.format'.", {
        param: 'input',
      }),
      'OpenAI',
    ),
  ),
  openRouter(
    400,
    'bad_request',
    'farion1231/cc-switch#464',
    routed(
      400,
      openAi('Param Incorrect', { param: 'messages[2] assistant content must contain at least one part' }),
      'Xiaomi',
    ),
  ),
  openRouter(
    400,
    'bad_request',
    'ymichael/open-codex#35',
    routed(400, openAi("Missing required parameter: 'tools[0].name'.", { param: 'tools[0].name' }), 'OpenAI'),
  ),
  openRouter(
    429,
    'rate_limit',
    'open-webui/computer#293',
    routed(429, 'z-ai/glm-5.3-flash is temporarily rate-limited upstream. Please retry shortly.', 'BaseTen'),
  ),
  openRouter(
    400,
    'rejected',
    'diegosouzapw/OmniRoute#3044',
    routed(400, openAi("Model 'moonshotai/kimi-k2.6' supports at most 1 image per prompt."), 'Crucible'),
  ),
  groq(
    400,
    'server',
    'HunorLaczko/ha-groq-cloud-api#20',
    openAi(
      'tool call validation failed: parameters for tool HassTurnOff did not match schema: errors: [`/domain`: expected array, but got string]',
      { code: 'tool_use_failed' },
    ),
  ),
  groq(
    400,
    'server',
    'groq/groq-typescript#28',
    openAi(
      "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
      {
        code: 'tool_use_failed',
      },
    ),
  ),
  groq(413, 'rate_limit', 'HunorLaczko/ha-groq-cloud-api#27', {
    error: {
      message:
        'Request too large for model llama-3.1-8b-instant in organization org_x service tier on_demand on tokens per minute (TPM): Limit 6000, Requested 12328, please reduce your message size and try again.',
      type: 'tokens',
      code: 'rate_limit_exceeded',
    },
  }),
  groq(400, 'bad_request', 'HunorLaczko/ha-groq-cloud-api#25', {
    error: { message: "'tools' : maximum number of items is 128", type: 'invalid_request_error' },
  }),
  groq(
    400,
    'unsupported',
    'iamsrikanthnani/pluely#242',
    openAi('`reasoning_effort` is not supported with this model'),
  ),
  groq(
    400,
    'unsupported',
    'RooCodeInc/Roo-Code#5729',
    openAi(
      'max_tokens must be less than or equal to 16384, the maximum value for max_tokens is less than the context_window for this model',
    ),
  ),
  mistral(
    400,
    'bad_request',
    'langchain-ai/langchain#24668',
    atTop('Tool call id was abc123 but must be a-z, A-Z, 0-9, with a length of 9.', 'invalid_request_error'),
  ),
  mistral(
    400,
    'bad_request',
    'onyx-dot-app/onyx#6458',
    atTop("Unexpected role 'user' after role 'tool'", 'invalid_request_message_order', '3230'),
  ),
  deepSeek(
    400,
    'unsupported',
    'spring-projects/spring-ai#2643',
    openAi('deepseek-reasoner does not support Function Calling', { code: 'invalid_request_error' }),
  ),
  deepSeek(402, 'quota', 'continuedev/continue#10488', openAi('Insufficient Balance')),
  xai(404, 'wrong path', 'iniwap/AIWriteX#26', {
    code: 'Some requested entity was not found',
    error:
      'No handler found on route. Please double check your URL and consult https://api.x.ai/docs for more information.',
  }),
  xai(400, 'unsupported', 'expectedparrot/edsl#2187', {
    code: 'Client specified an invalid argument',
    error: 'Argument not supported on this model: presencePenalty',
  }),
  xai(400, 'unsupported', 'miaoxworld/NativeTavern#83', {
    code: 'Client specified an invalid argument',
    error: 'Model grok-4.6 does not support parameter presencePenalty.',
  }),
  xai(200, 'overloaded', 'vercel/ai#10533', {
    code: 'The service is currently unavailable',
    error: 'Timed out waiting for first token',
  }),
  fireworks(400, 'unsupported', 'FlowiseAI/Flowise#2866', {
    error: { message: "Extra inputs are not permitted, field: 'stream_options'" },
  }),
  cerebras(400, 'unsupported', 'anomalyco/opencode#6648', {
    message: "body.maxTokens: property 'body.maxTokens' is unsupported",
    type: 'invalid_request_error',
    code: 'wrong_api_format',
  }),
  azure(400, 'unsupported', 'langchain-ai/langchainjs#2633', {
    error: {
      code: 'OperationNotSupported',
      message:
        'The completion operation does not work with the specified model, gpt-35-turbo-16k. Please choose different model and try again.',
    },
  }),
  azure(
    400,
    'unsupported',
    'microsoft/vscode-copilot-release#8054',
    openAi(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      { param: 'max_tokens', code: 'unsupported_parameter' },
    ),
  ),
  azure(
    400,
    'unsupported',
    'openai/openai-python#1724',
    openAi('Unrecognized request argument supplied: max_completion_tokens'),
  ),
  azure(404, 'wrong path', 'https://learn.microsoft.com/azure/ai-foundry/openai/reference', {
    error: { code: '404', message: 'Resource not found' },
  }),
  openai(
    400,
    'content_filter',
    'BeehiveInnovations/pal-mcp-server#178',
    openAi('Invalid prompt: your prompt was flagged as potentially violating our usage policy.', {
      code: 'invalid_prompt',
    }),
  ),
  openai(
    400,
    'content_filter',
    'microsoft/PyRIT#1463',
    openAi("Invalid prompt: we've limited access to this content for safety reasons.", {
      code: 'invalid_prompt',
    }),
  ),
  openai(
    400,
    'bad_request',
    'AnswerDotAI/fastllm#45',
    openAi(
      "Invalid 'input[95].call_id': string too long. Expected a string with maximum length 64, but got a string with length 116 instead.",
      { code: 'string_above_max_length' },
    ),
  ),
  openai(
    400,
    'bad_request',
    'vercel/ai#8132',
    openAi(
      "Invalid 'messages[36].tool_calls[0].id': string too long. Expected a string with maximum length 40, but got a string with length 51 instead.",
    ),
  ),
  openai(
    400,
    'rejected',
    'Wei-Shaw/sub2api#3138',
    openAi(
      'The encrypted content gAAA could not be verified. Reason: Encrypted content could not be decrypted.',
      {
        code: 'invalid_encrypted_content',
      },
    ),
  ),
  openai(
    404,
    'unsupported',
    'n8n-io/n8n#18352',
    openAi('This model is only supported in v1/responses and not in v1/chat/completions.', {
      param: 'model',
    }),
  ),
  openai(
    404,
    'unsupported',
    'egoist/chatwise-releases#1256',
    openAi(
      'This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use v1/completions?',
      { param: 'model' },
    ),
  ),
  openai(
    404,
    'not_found',
    'Routstr/routstr-core#554',
    openAi('The model `gpt-5.4-image-2` does not exist or you do not have access to it.'),
  ),
  geminiCompatible(400, 'auth', 'FoundationAgents/OpenManus#803', [
    {
      error: {
        code: 400,
        message: 'User location is not supported for the API use.',
        status: 'FAILED_PRECONDITION',
      },
    },
  ]),
  geminiCompatible(400, 'unsupported', 'Alishahryar1/free-claude-code#1548', [
    {
      error: {
        code: 400,
        message: 'Invalid JSON payload received. Unknown name "metadata": Cannot find field.',
        status: 'INVALID_ARGUMENT',
      },
    },
  ]),
  geminiCompatible(400, 'unsupported', 'microsoft/vscode#258088', [
    {
      error: {
        code: 400,
        message: 'Developer instruction is not enabled for models/gemma-3-27b-it',
        status: 'INVALID_ARGUMENT',
      },
    },
  ]),
  geminiCompatible(400, 'bad_request', 'aoci-spec/aoci-code#61', [
    {
      error: {
        code: 400,
        message: `Invalid JSON payload received. Unknown name "type" at 'tools[0].function_declarations[13].parameters': Proto field is not repeating, cannot start list.`,
        status: 'INVALID_ARGUMENT',
      },
    },
  ]),
  bedrock(400, 'unsupported', 'microsoft/semantic-kernel#10941', {
    message:
      'Invocation of model ID anthropic.claude-3-7-sonnet-20250219-v1:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
  }),
  bedrock(400, 'unsupported', 'earendil-works/pi#3739', {
    message: "This model doesn't support tool use in streaming mode.",
  }),
  bedrock(400, 'unsupported', 'langchain-ai/langchain-aws#447', {
    message: "This model doesn't support tool use.",
  }),
]

const anthropic = row('Anthropic')
const invalid = (message: string) => ({ type: 'error', error: { type: 'invalid_request_error', message } })

export const OF_ANTHROPIC: readonly ErrorBody[] = [
  anthropic(
    400,
    'bad_request',
    'anthropics/claude-code#6566',
    invalid(
      'messages.166: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_01FRrDisJdFT12aPZ8bFg7Ew. Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
    ),
  ),
  anthropic(
    400,
    'bad_request',
    'anthropics/claude-code#12894',
    invalid('messages.209.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`.'),
  ),
  anthropic(
    400,
    'rejected',
    'https://platform.claude.com/docs/en/build-with-claude/extended-thinking',
    invalid('messages.1.content.0: Invalid `signature` in `thinking` block'),
  ),
  anthropic(
    400,
    'quota',
    'https://platform.claude.com/docs/en/api/errors',
    invalid('Your credit balance is too low to access the Anthropic API.'),
  ),
  anthropic(404, 'not_found', 'https://platform.claude.com/docs/en/api/errors', {
    type: 'error',
    error: { type: 'not_found_error', message: 'model: claude-x' },
  }),
  anthropic(404, 'wrong path', 'https://platform.claude.com/docs/en/api/errors', {
    type: 'error',
    error: { type: 'not_found_error', message: 'Not Found' },
  }),
]

const gemini = row('Gemini')
const google = (message: string, status = 'INVALID_ARGUMENT') => ({ error: { code: 400, message, status } })

export const OF_GOOGLE: readonly ErrorBody[] = [
  gemini(
    400,
    'unsupported',
    'agno-agi/agno#3505',
    google('Function calling is not enabled for models/gemma-3-12b-it'),
  ),
  gemini(
    400,
    'unsupported',
    '0xPlaygrounds/rig#788',
    google('Developer instruction is not enabled for models/gemma-3-27b-it'),
  ),
  gemini(
    400,
    'auth',
    'google-gemini/gemini-cli#1614',
    google('User location is not supported for the API use.', 'FAILED_PRECONDITION'),
  ),
  gemini(
    400,
    'bad_request',
    'https://ai.google.dev/gemini-api/docs/troubleshooting',
    google(
      'Please ensure that function call turn comes immediately after a user turn or after a function response turn.',
    ),
  ),
  gemini(
    400,
    'rejected',
    'https://ai.google.dev/gemini-api/docs/troubleshooting',
    google('Request contains an invalid argument.'),
  ),
]
