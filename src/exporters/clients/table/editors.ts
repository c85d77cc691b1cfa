// Each row names the page that its form comes from, as read in November 2026.

import { join } from 'node:path'
import type { ClientForm } from '../client.ts'
import {
  commandEntry,
  envVariableInBraces,
  headersOf,
  typedCommandEntry,
  typedUrlEntry,
  urlEntry,
} from './shapes.ts'

/** Editors. */
export const EDITORS: ClientForm[] = [
  {
    // https://cursor.com/docs/mcp
    id: 'cursor',
    title: 'Cursor',
    program: 'cursor',
    syntax: 'json',
    user: ({ home }) => [join(home, '.cursor', 'mcp.json')],
    project: '.cursor/mcp.json',
    container: 'mcpServers',
    stdio: commandEntry,
    http: urlEntry,
    variable: envVariableInBraces,
    next: 'restart Cursor, and turn the server on in its settings',
  },
  {
    // https://code.visualstudio.com/docs/agents/reference/mcp-configuration; variables:
    // https://code.visualstudio.com/docs/reference/variables-reference
    id: 'vscode',
    title: 'VS Code',
    program: 'code',
    syntax: 'json',
    user: ({ app }) => [join(app, 'Code', 'User', 'mcp.json')],
    project: '.vscode/mcp.json',
    container: 'servers',
    stdio: typedCommandEntry,
    http: typedUrlEntry('http'),
    variable: envVariableInBraces,
    next: 'run "MCP: List Servers" in VS Code, and start the server there',
  },
  {
    // https://docs.windsurf.com/windsurf/cascade/mcp
    id: 'windsurf',
    title: 'Windsurf',
    syntax: 'json',
    user: ({ home }) => [join(home, '.codeium', 'windsurf', 'mcp_config.json')],
    container: 'mcpServers',
    stdio: commandEntry,
    http: door => ({ serverUrl: door.url, ...headersOf(door) }),
    variable: envVariableInBraces,
    next: 'refresh the list of MCP servers in Windsurf',
  },
  {
    // https://zed.dev/docs/ai/mcp: no variables in headers
    id: 'zed',
    title: 'Zed',
    program: 'zed',
    syntax: 'json',
    user: ({ config }) => [join(config, 'zed', 'settings.json')],
    project: '.zed/settings.json',
    container: 'context_servers',
    stdio: commandEntry,
    http: urlEntry,
    next: 'open the settings of the agent panel in Zed to see the server',
  },
  {
    // https://junie.jetbrains.com/docs/junie-ide-plugin.html, https://www.jetbrains.com/help/junie/model-context-protocol-mcp.html:
    // stdio only
    id: 'junie',
    title: 'JetBrains Junie',
    program: 'junie',
    syntax: 'json',
    user: ({ home }) => [join(home, '.junie', 'mcp', 'mcp.json')],
    project: '.junie/mcp/mcp.json',
    container: 'mcpServers',
    stdio: commandEntry,
    next: 'open Settings > Tools > Junie > MCP Settings to see the server',
  },
  {
    // https://www.jetbrains.com/help/ai-assistant/mcp.html: the servers are configured in a window
    id: 'jetbrains',
    title: 'JetBrains AI Assistant',
    container: 'mcpServers',
    stdio: commandEntry,
    http: urlEntry,
    next: 'paste this into Settings > Tools > AI Assistant > Model Context Protocol > Add',
  },
]
