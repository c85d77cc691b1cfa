// Each row names the page that its form comes from, as read in November 2026.

import { join } from 'node:path'
import type { ClientForm } from '../client.ts'
import {
  commandEntry,
  headersOf,
  typedCommandEntry,
  typedUrlEntry,
  urlEntry,
  variableInBraces,
} from './shapes.ts'

/** Clients in a terminal. */
export const TERMINAL: ClientForm[] = [
  {
    // https://code.claude.com/docs/en/mcp: scopes, and variables in headers
    id: 'claude-code',
    title: 'Claude Code',
    program: 'claude',
    syntax: 'json',
    user: ({ home, variables }) => [join(variables.CLAUDE_CONFIG_DIR ?? home, '.claude.json')],
    project: '.mcp.json',
    container: 'mcpServers',
    stdio: typedCommandEntry,
    http: typedUrlEntry('http'),
    variable: variableInBraces,
    next: 'start a new session of Claude Code, and type /mcp to see the server',
  },
  {
    // https://developers.openai.com/codex/mcp; a project's file is read only if the project is trusted
    id: 'codex',
    title: 'Codex',
    program: 'codex',
    syntax: 'toml',
    user: ({ home, variables }) => [join(variables.CODEX_HOME ?? join(home, '.codex'), 'config.toml')],
    project: '.codex/config.toml',
    container: 'mcp_servers',
    stdio: commandEntry,
    http: door => ({
      url: door.url,
      ...(door.variable === undefined
        ? { http_headers: { Authorization: door.authorization } }
        : { bearer_token_env_var: door.variable }),
    }),
    variable: name => name,
    next: 'restart Codex, or run `codex mcp list` to see the server',
  },
  {
    // https://geminicli.com/docs/tools/mcp-server: servers are off in folders that are not trusted
    id: 'gemini-cli',
    title: 'Gemini CLI',
    program: 'gemini',
    syntax: 'json',
    user: ({ home }) => [join(home, '.gemini', 'settings.json')],
    project: '.gemini/settings.json',
    container: 'mcpServers',
    stdio: commandEntry,
    http: door => ({ httpUrl: door.url, ...headersOf(door) }),
    variable: variableInBraces,
    next: 'restart Gemini CLI in a trusted folder, and type /mcp to see the server',
  },
  {
    // https://opencode.ai/docs/mcp-servers, https://opencode.ai/docs/config
    id: 'opencode',
    title: 'opencode',
    program: 'opencode',
    syntax: 'json',
    user: ({ config }) => ['opencode.json', 'opencode.jsonc'].map(file => join(config, 'opencode', file)),
    project: 'opencode.json',
    container: 'mcp',
    stdio: ({ command, args, env }) => ({
      type: 'local',
      command: [command, ...args],
      ...(env && { environment: env }),
    }),
    http: door => ({ type: 'remote', ...urlEntry(door), oauth: false }),
    variable: name => `{env:${name}}`,
    next: 'restart opencode, or run `opencode mcp list` to see the server',
  },
  {
    // https://goose-docs.ai/docs/guides/config-files: extensions of type stdio and streamable_http
    id: 'goose',
    title: 'Goose',
    program: 'goose',
    syntax: 'yaml',
    user: ({ config }) => [join(config, 'goose', 'config.yaml')],
    container: 'extensions',
    stdio: ({ command, args, env }, name) => ({
      ...{ enabled: true, type: 'stdio', name, cmd: command, args },
      ...{ envs: env ?? {}, env_keys: [], timeout: 300 },
    }),
    http: (door, name) => ({
      ...{ enabled: true, type: 'streamable_http', name, uri: door.url, ...headersOf(door), envs: {} },
      ...{ env_keys: door.variable === undefined ? [] : [door.variable], timeout: 300 },
    }),
    variable: variableInBraces,
    next: 'start a new session of Goose',
  },
]
