// Agents of others in a terminal, as data.

import { arch } from 'node:os'
import { join } from 'node:path'
import type { Vendor } from '../fake-platforms/instance.ts'
import type { ClientId } from './programs.ts'

export interface Agent {
  /** The word for `supportmax connect`, too. */
  id: ClientId
  /** Whose API it asks. */
  vendor: Vendor
  /** Whether its requests hold what the platform's own rules, made for ours, do not know. */
  unchecked?: true
  /** A file that it has before it is connected, from its home. */
  settings?: { file: string; text(platform: string): string }
  /** What it says of a wrong token, and ends; otherwise it goes on without the tools. */
  refusal?: string
  /** The command that answers one question and ends. */
  command(modules: string, platform: string, question: string): string[]
  env(platform: string): Record<string, string>
}

/** It asks its vendor for plugins, and reports to it; each waits 5 seconds where there is no network. */
const QUIET_CODEX = ['features.plugins=false', 'analytics.enabled=false']

export const AGENTS: Agent[] = [
  {
    // https://code.claude.com/docs/en/cli-reference, https://code.claude.com/docs/en/env-vars
    id: 'claude-code',
    vendor: 'anthropic',
    command: (modules, _platform, question) => [
      join(modules, `@anthropic-ai/claude-code-linux-${arch()}/claude`),
      ...['-p', question, '--allowedTools', 'mcp__supportmax-acme'],
    ],
    env: platform => ({
      ...{ ANTHROPIC_BASE_URL: platform, ANTHROPIC_API_KEY: 'fake' },
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      // The model would have to search for the tool first.
      ENABLE_TOOL_SEARCH: 'false',
    }),
  },
  {
    // https://developers.openai.com/codex/config-reference: model_providers
    id: 'codex',
    vendor: 'openai',
    // `client_metadata`, tools of the kinds namespace and web_search, ids of messages.
    unchecked: true,
    command: (modules, platform, question) => {
      const provider = `{ name = "fake", base_url = "${platform}", env_key = "FAKE_KEY", wire_api = "responses" }`
      const settings = ['model_provider="fake"', `model_providers.fake=${provider}`, ...QUIET_CODEX]
      return [
        ...[process.execPath, join(modules, '@openai/codex/bin/codex.js'), 'exec', '--skip-git-repo-check'],
        ...[...settings.flatMap(one => ['-c', one]), '-m', 'gpt-5.4-mini', question],
      ]
    },
    env: () => ({ FAKE_KEY: 'fake' }),
  },
  {
    // https://geminicli.com/docs/reference/configuration
    id: 'gemini-cli',
    vendor: 'google',
    // `$schema` in the parameters of a tool of its own.
    unchecked: true,
    settings: {
      file: '.gemini/settings.json',
      text: () =>
        JSON.stringify({
          security: { auth: { selectedType: 'gemini-api-key' } },
          privacy: { usageStatisticsEnabled: false },
          general: { enableAutoUpdate: false },
        }),
    },
    command: (modules, _platform, question) => [
      ...[process.execPath, join(modules, '@google/gemini-cli/bundle/gemini.js')],
      ...['--yolo', '-m', 'gemini-3.5-flash', '-p', question],
    ],
    env: platform => ({
      GEMINI_API_KEY: 'fake',
      GOOGLE_GEMINI_BASE_URL: platform,
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
    }),
  },
  {
    // https://opencode.ai/docs/config, https://opencode.ai/docs/providers
    id: 'opencode',
    vendor: 'anthropic',
    command: (modules, _platform, question) => [
      ...[
        join(modules, `opencode-linux-${arch()}/bin/opencode`),
        'run',
        '-m',
        'fake/claude-sonnet-5',
        question,
      ],
    ],
    env: platform => ({
      OPENCODE_DISABLE_MODELS_FETCH: 'true',
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        provider: {
          fake: {
            npm: '@ai-sdk/anthropic',
            options: { baseURL: `${platform}/v1`, apiKey: 'fake' },
            models: { 'claude-sonnet-5': {} },
          },
        },
      }),
    }),
  },
  {
    // https://docs.continue.dev/cli/quickstart, https://docs.continue.dev/reference
    id: 'continue',
    vendor: 'anthropic',
    settings: {
      file: '.continue/config.yaml',
      text: platform => `name: test
version: 0.0.1
schema: v1
models:
  - { name: fake, provider: anthropic, model: claude-sonnet-5, apiBase: ${platform}/v1/, apiKey: fake, roles: [chat] }
`,
    },
    refusal: 'Unauthorized',
    command: (modules, _platform, question) => [
      ...[process.execPath, join(modules, '@continuedev/cli/dist/cn.js')],
      ...['-p', '--auto', question],
    ],
    env: () => ({ CONTINUE_TELEMETRY_ENABLED: '0' }),
  },
]
