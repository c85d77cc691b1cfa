import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { isRecord } from '../../base/records.ts'
import { type ForeignServer, isDocker } from './foreign.ts'

/** A file that another MCP client may have, and whose it is. */
export interface UsualPlace {
  client: string
  path: string
}

/**
 * Where other clients keep their servers: in the folder of a project, and in the home folder.
 *
 * @param configHome $XDG_CONFIG_HOME, or ~/.config
 */
export function usualPlaces(folder: string, home: string, configHome = join(home, '.config')): UsualPlace[] {
  const here = (client: string, ...parts: string[]) => ({ client, path: join(folder, ...parts) })
  const own = (client: string, ...parts: string[]) => ({ client, path: join(home, ...parts) })
  const settings = (client: string, ...parts: string[]) => ({ client, path: join(configHome, ...parts) })
  const library = (client: string, ...parts: string[]) =>
    own(client, 'Library', 'Application Support', ...parts)
  return [
    // https://code.claude.com/docs/en/mcp
    here('Claude Code', '.mcp.json'),
    own('Claude Code', '.claude.json'),
    // https://modelcontextprotocol.io/docs/develop/connect-local-servers
    settings('Claude Desktop', 'Claude', 'claude_desktop_config.json'),
    library('Claude Desktop', 'Claude', 'claude_desktop_config.json'),
    // https://cursor.com/docs/context/mcp
    here('Cursor', '.cursor', 'mcp.json'),
    own('Cursor', '.cursor', 'mcp.json'),
    // https://code.visualstudio.com/docs/copilot/reference/mcp-configuration
    here('VS Code', '.vscode', 'mcp.json'),
    settings('VS Code', 'Code', 'User', 'mcp.json'),
    library('VS Code', 'Code', 'User', 'mcp.json'),
    // https://docs.windsurf.com/windsurf/cascade/mcp
    own('Windsurf', '.codeium', 'windsurf', 'mcp_config.json'),
    // https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md
    here('Gemini CLI', '.gemini', 'settings.json'),
    own('Gemini CLI', '.gemini', 'settings.json'),
    // https://zed.dev/docs/ai/mcp
    settings('Zed', 'zed', 'settings.json'),
    // https://opencode.ai/docs/mcp-servers
    here('opencode', 'opencode.json'),
    settings('opencode', 'opencode', 'opencode.json'),
    // https://block.github.io/goose/docs/guides/config-files
    settings('Goose', 'goose', 'config.yaml'),
    // https://docs.continue.dev/customize/deep-dives/mcp
    own('Continue', '.continue', 'config.yaml'),
    // https://developers.openai.com/codex/config-reference
    here('Codex', '.codex', 'config.toml'),
    own('Codex', '.codex', 'config.toml'),
  ]
}

/**
 * The file with the servers of a project among those of all: Claude Code keeps both in the home folder, the former under
 * `projects` and the project's path (https://code.claude.com/docs/en/mcp).
 */
export function withProject(file: unknown, project: string | undefined): unknown {
  const projects = isRecord(file) && isRecord(file.projects) ? file.projects : {}
  const own = project === undefined ? undefined : projects[project]
  if (!isRecord(file) || !isRecord(own) || !isRecord(own.mcpServers)) return file
  return { ...file, mcpServers: { ...(isRecord(file.mcpServers) ? file.mcpServers : {}), ...own.mcpServers } }
}

/**
 * The server with the places of its client filled in, and with absolute paths: our configuration is in another folder.
 *
 * @param folder of the file; the project is above it if it is the folder of an editor, such as `.vscode`
 */
export function withPlaces(server: ForeignServer, folder: string): ForeignServer {
  const project = basename(folder).startsWith('.') ? dirname(folder) : folder
  const filled = (text: string) => text.replace(VARIABLE, (_, name: string) => placeOf(name, project))
  const absolute = (path: string | undefined) =>
    path === undefined ? undefined : resolve(folder, filled(path))
  const mapped = (texts: Record<string, string>) =>
    Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, filled(text)]))
  return {
    ...server,
    command: withPaths(server, project).map(filled),
    env: mapped(server.env),
    headers: mapped(server.headers),
    cwd: absolute(server.cwd),
    envFile: absolute(server.envFile),
  }
}

/**
 * Clients start a command in the project's folder, we in a folder of its own: files of the project that it names get
 * absolute paths. Not those of an image, which are in the container.
 */
export function withPaths({ kind, command, cwd }: ForeignServer, project: string): string[] {
  const [program = ''] = command
  if (kind === 'image' || isDocker(program) || cwd !== undefined) return command
  const isOwn = (word: string) =>
    /[./]/.test(word) && !/^[-/~@]|:/.test(word) && existsSync(join(project, word))
  const path = (word: string) => (isOwn(word) ? resolve(project, word) : word)
  return command.map((word, i) => (i > 0 || /^\.{1,2}\//.test(word) ? path(word) : word))
}

/** https://code.visualstudio.com/docs/reference/variables-reference; Cursor has the same ones. */
const VARIABLE = /\$\{(workspaceFolder|workspaceFolderBasename|userHome|HOME|pathSeparator|\/)\}/g

function placeOf(name: string, project: string): string {
  if (name === 'workspaceFolder') return project
  if (name === 'workspaceFolderBasename') return basename(project)
  return name === 'userHome' || name === 'HOME' ? homedir() : sep
}
