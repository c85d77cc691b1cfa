// Each row names the page that its form comes from, as read in November 2026.

import { join } from 'node:path'
import type { ClientForm } from '../client.ts'
import {
  commandEntry,
  envVariableInBraces,
  headersOf,
  typedUrlEntry,
  urlEntry,
  variableInBraces,
} from './shapes.ts'

/** Where VS Code keeps the settings of an extension. */
function extensionFile(app: string, extension: string, file: string): string {
  return join(app, 'Code', 'User', 'globalStorage', extension, 'settings', file)
}

/** Editor extensions and graphical programs. */
export const OTHERS: ClientForm[] = [
  {
    // https://docs.cline.bot/mcp/mcp-overview: without a type, a URL is taken for HTTP+SSE
    id: 'cline',
    title: 'Cline (VS Code)',
    syntax: 'json',
    user: ({ app }) => [extensionFile(app, 'saoudrizwan.claude-dev', 'cline_mcp_settings.json')],
    container: 'mcpServers',
    stdio: commandEntry,
    http: typedUrlEntry('streamableHttp'),
    next: "open the MCP servers in Cline's panel to see the server",
  },
  {
    // https://docs.cline.bot/mcp/mcp-overview: the file of the command line
    id: 'cline-cli',
    title: 'Cline (CLI)',
    program: 'cline',
    syntax: 'json',
    user: ({ home, variables }) => [
      variables.CLINE_MCP_SETTINGS_PATH ??
        join(home, '.cline', 'data', 'settings', 'cline_mcp_settings.json'),
    ],
    container: 'mcpServers',
    stdio: commandEntry,
    http: typedUrlEntry('streamableHttp'),
    next: 'restart Cline',
  },
  {
    // https://docs.roocode.com/features/mcp/using-mcp-in-roo
    id: 'roo-code',
    title: 'Roo Code',
    syntax: 'json',
    user: ({ app }) => [extensionFile(app, 'rooveterinaryinc.roo-cline', 'mcp_settings.json')],
    project: '.roo/mcp.json',
    container: 'mcpServers',
    stdio: commandEntry,
    http: typedUrlEntry('streamable-http'),
    variable: envVariableInBraces,
    next: "open the MCP servers in Roo Code's panel to see the server",
  },
  {
    // https://docs.continue.dev/customize/deep-dives/mcp, https://docs.continue.dev/reference: a file without a name and a
    // version is refused; secrets come from ~/.continue/.env
    id: 'continue',
    title: 'Continue',
    program: 'cn',
    syntax: 'yaml',
    user: ({ home }) => [join(home, '.continue', 'config.yaml')],
    project: '.continue/mcpServers/*.yaml',
    container: 'mcpServers',
    kind: 'list',
    head: { name: 'supportmax', version: '0.0.1', schema: 'v1' },
    stdio: (launch, name) => ({ name, type: 'stdio', ...commandEntry(launch) }),
    http: (door, name) => ({
      ...{ name, type: 'streamable-http', url: door.url },
      requestOptions: headersOf(door),
    }),
    variable: name => `\${{ secrets.${name} }}`,
    variableFile: '~/.continue/.env',
    next: "reload Continue's configuration",
  },
  {
    // https://kiro.dev/docs/mcp/configuration
    id: 'kiro',
    title: 'Kiro',
    program: 'kiro-cli',
    syntax: 'json',
    user: ({ home }) => [join(home, '.kiro', 'settings', 'mcp.json')],
    project: '.kiro/settings/mcp.json',
    container: 'mcpServers',
    stdio: commandEntry,
    http: urlEntry,
    variable: variableInBraces,
    next: 'open the MCP servers in Kiro to see the server',
  },
  {
    // https://lmstudio.ai/docs/app/mcp: follows Cursor's form, without variables
    id: 'lm-studio',
    title: 'LM Studio',
    syntax: 'json',
    user: ({ home }) => [join(home, '.lmstudio', 'mcp.json')],
    container: 'mcpServers',
    stdio: commandEntry,
    http: urlEntry,
    next: 'open the Program tab in LM Studio to see the server',
  },
  {
    // https://modelcontextprotocol.io/docs/develop/connect-local-servers: its file is for commands only
    id: 'claude-desktop',
    title: 'Claude Desktop',
    syntax: 'json',
    user: ({ app }) => [join(app, 'Claude', 'claude_desktop_config.json')],
    container: 'mcpServers',
    stdio: commandEntry,
    next: 'quit Claude Desktop and start it again',
  },
]
