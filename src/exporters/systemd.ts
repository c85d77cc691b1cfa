// The systemd user unit that keeps `supportmax serve` running.

/** What the unit starts; all paths are absolute. */
export interface UnitOptions {
  /** Path of Node, and of the script that it runs. */
  program: readonly string[]
  /** Path of mcp_servers.json. */
  config: string
  /** Arguments of `serve`, such as `--port 7777`. */
  args?: readonly string[]
  /** Variables that the program needs, such as PATH: systemd does not read a shell's profile. */
  env?: Readonly<Record<string, string>>
}

/**
 * The text of a unit for `~/.config/systemd/user/supportmax.service`. It restarts after a failure, but not after a usage error
 * (exit code 2), such as a port that another program holds.
 */
export function systemdUnit({ program, config, args = [], env = {} }: UnitOptions): string {
  const words = [...program, '--config', config, 'serve', ...args]
  const variables = Object.entries(env).map(
    ([name, value]) => `Environment=${quotedWord(`${name}=${value}`)}`,
  )
  return `[Unit]
Description=supportmax: MCP gateway of ${config.replaceAll('%', '%%').replace(/[\r\n]/g, ' ')}
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=exec
ExecStart=${words.map(commandWord).join(' ')}
${variables.map(line => `${line}\n`).join('')}Restart=on-failure
RestartSec=2
RestartPreventExitStatus=2
TimeoutStopSec=30
UMask=0077
NoNewPrivileges=true

[Install]
WantedBy=default.target
`
}

/** systemd.service(5), "Command lines": `$` would name a variable, in the first word too. */
function commandWord(word: string): string {
  return quotedWord(word).replaceAll('$', '$$$$')
}

/** systemd.syntax(7), "Quoting": C-style escapes; systemd.unit(5), "Specifiers": `%` begins one. */
function quotedWord(word: string): string {
  const text = word.replaceAll('%', '%%')
  if (/^[\w./:@=,+%-]+$/.test(text)) return text
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`
}
