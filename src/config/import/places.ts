import { join } from 'node:path'

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
  ]
}
