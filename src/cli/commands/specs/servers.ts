import type { CommandSpec } from '../spec.ts'

const RUNTIME: [string, string] = [
  '--runtime <kind>',
  'auto, docker or local (default: from the configuration)',
]
const TIMEOUT: [string, string] = [
  '--timeout <seconds>',
  'time for each server to become ready (default: from the configuration, else 60)',
]

/** A first configuration, and running its servers. */
export const SERVERS: CommandSpec[] = [
  {
    usage: 'init',
    summary: 'create a configuration, by asking or from flags',
    options: [
      ['--customer <name>', 'name of the first customer'],
      ['--id <id>', 'its id (default: derived from the name)'],
      ['--host <host>', 'host that addresses of its systems are derived from'],
      ['--environment <name>', 'environment, such as prod; marked on every screen'],
      ['--access <access>', 'read-only or read-write (default: read-only)'],
      ['--type <types...>', 'add servers of these types'],
      ['--set <pairs...>', 'settings of the types, as KEY=VALUE'],
      ['--import <files...>', 'add the servers of these files of other MCP clients'],
      ['--runtime <kind>', 'auto, docker or local'],
      ['--dry-run', 'show what would be written without writing it'],
      ['--yes', 'write without asking'],
    ],
    examples: [
      'init',
      'init --yes --customer Acme --type grafana --set grafana_url=https://grafana.acme.example',
      'init --yes --customer Acme --import .mcp.json',
    ],
    load: () => import('../init/init.ts'),
  },
  {
    usage: 'up [customers...]',
    summary: 'start MCP servers and wait until they are ready',
    options: [
      ['--type <types...>', 'only servers of these types'],
      RUNTIME,
      ['--dry-run', 'show the plan without changing anything'],
      ['--no-wait', 'return as soon as the servers are started'],
      ['--pull', 'pull or rebuild the images first'],
      ['--watch', 'keep running, and recreate servers whose credentials change'],
      TIMEOUT,
    ],
    examples: ['up', 'up acme --dry-run', 'up --type grafana --runtime local', 'up --watch'],
    load: () => import('../stack/up.ts'),
  },
  {
    usage: 'status [customers...]',
    summary: 'show which MCP servers answer',
    options: [
      ['--all', 'list every server, not only those that need attention'],
      ['--check', 'exit 1 unless every server is ready'],
    ],
    examples: ['status', 'status acme --json', 'status --check'],
    load: () => import('../stack/status.ts'),
  },
  {
    usage: 'auth login <customer> <server>',
    summary: 'sign in to an external MCP server, with a browser here or on another machine',
    options: [
      ['--no-browser', 'only print the address to open'],
      ['--timeout <seconds>', 'time to wait for the browser (default: 300)'],
    ],
    examples: ['auth login acme wiki', 'auth login acme wiki --no-browser'],
    load: () => import('../auth/login.ts'),
  },
  {
    usage: 'auth status [customer] [server]',
    summary: 'show which external MCP servers you are signed in to',
    examples: ['auth status', 'auth status acme --json'],
    load: () => import('../auth/status.ts'),
  },
  {
    usage: 'auth logout <customer> <server>',
    summary: 'sign out of an external MCP server, and revoke its tokens',
    examples: ['auth logout acme wiki'],
    load: () => import('../auth/logout.ts'),
  },
  {
    usage: 'down [customers...]',
    summary: 'stop and remove MCP servers',
    options: [['--timeout <seconds>', 'time to wait for another supportmax to finish (default: 60)']],
    examples: ['down acme', 'down'],
    load: () => import('../stack/down.ts'),
  },
  {
    usage: 'restart <customer> [server]',
    summary: "recreate a customer's MCP servers",
    options: [TIMEOUT],
    examples: ['restart acme', 'restart acme grafana'],
    load: () => import('../stack/restart.ts'),
  },
  {
    usage: 'logs <customer> [server]',
    summary: "print the logs of a customer's MCP servers",
    options: [
      ['-f, --follow', 'keep printing new lines'],
      ['--tail <lines>', 'lines to show first (default: 100; all with --since or --grep)'],
      ['--since <time>', 'only lines written since then, such as 15m, 2h or 2026-11-26T10:00'],
      ['--grep <text>', 'only lines with this text; ignores case unless it has a capital letter'],
      ['--timestamps', 'show when each line was written'],
    ],
    examples: ['logs acme grafana --follow', 'logs acme --since 15m --grep error'],
    load: () => import('../stack/logs.ts'),
  },
  {
    usage: 'smoke [customers...]',
    summary: 'start servers, call a tool on each, and stop them again (for CI)',
    options: [
      ['--junit <file>', 'write the results as JUnit XML'],
      ['--keep', 'leave the servers running'],
      RUNTIME,
      TIMEOUT,
    ],
    examples: ['smoke acme --junit smoke.xml'],
    load: () => import('../stack/smoke.ts'),
  },
]
