import type { CommandSpec } from './spec.ts'

const RUNTIME: [string, string] = ['--runtime <kind>', 'auto, docker or local']
const TIMEOUT: [string, string] = ['--timeout <seconds>', 'how long to wait for each server']
const MODEL: [string, string][] = [
  ['--platform <name>', 'model platform, else the first that may and can'],
  ['--model <name>', 'model of that platform'],
]

/** All commands, in the order of --help. */
export const COMMANDS: CommandSpec[] = [
  {
    usage: 'up [customers...]',
    summary: 'start MCP servers and wait until they answer',
    options: [
      ['--type <types...>', 'only servers of these types'],
      RUNTIME,
      ['--dry-run', 'show the plan and change nothing'],
      ['--no-wait', 'do not wait until they answer'],
      ['--pull', 'pull or build images anew'],
      TIMEOUT,
    ],
    load: () => import('./stack/up.ts'),
  },
  {
    usage: 'status [customers...]',
    summary: 'say truthfully what answers',
    options: [['--check', 'exit 1 unless all are ready']],
    load: () => import('./stack/status.ts'),
  },
  {
    usage: 'down [customers...]',
    summary: 'stop and remove all that was started',
    options: [TIMEOUT],
    load: () => import('./stack/down.ts'),
  },
  {
    usage: 'restart <customer> [server]',
    summary: "recreate a customer's servers",
    options: [TIMEOUT],
    load: () => import('./stack/restart.ts'),
  },
  {
    usage: 'logs <customer> [server]',
    summary: 'show what servers print',
    options: [
      ['-f, --follow', 'go on as they print'],
      ['--tail <lines>', 'only the last lines (default 100)'],
    ],
    load: () => import('./stack/logs.ts'),
  },
  {
    usage: 'chat',
    summary: "talk to an agent with exactly one customer's tools",
    options: [
      ['--customer <name>', "whose tools; else the configuration's default"],
      ['-p, --prompt <question>', 'ask once, print the answer, end'],
      ['--timeout <seconds>', 'deadline for one answer (with -p or piped)'],
      ['--critical', 'several platforms answer, and are compared (with -p or piped)'],
      ...MODEL,
      ['--record <file>', 'write down what the platforms got and said, to report a problem'],
      ['--replay <file>', 'play such a recording: no platform, server or key is needed'],
    ],
    load: () => import('./chat/chat.ts'),
  },
  {
    usage: 'platforms',
    summary: 'the model platforms: what answers, how fast, at what cost',
    options: [
      ['--since <time>', 'count from then on, such as 30m, 24h (the default), 7d'],
      ['--customer <name>', "only one customer's requests"],
      ['--metrics', 'the numbers as Prometheus text'],
    ],
    load: () => import('./platforms/list.ts'),
  },
  {
    usage: 'tools list <customer>',
    summary: "a customer's tools, and what is withheld",
    load: () => import('./tools/list.ts'),
  },
  {
    usage: 'tools call <customer> <server> <tool>',
    summary: 'call one tool through the same door as the agent',
    options: [['--args <json>', 'its arguments, one JSON object']],
    load: () => import('./tools/call.ts'),
  },
  {
    usage: 'smoke [customers...]',
    summary: 'up, ready, one real call on each server, down: for CI',
    options: [
      ['--junit <file>', 'write the checks as JUnit XML'],
      ['--keep', 'leave the servers running'],
      RUNTIME,
      TIMEOUT,
    ],
    load: () => import('./stack/smoke.ts'),
  },
  {
    usage: 'customers',
    summary: 'list customers, their servers and missing credentials',
    load: () => import('./customers/list.ts'),
  },
  {
    usage: 'compose generate',
    summary: 'write docker-compose.mcps.yml',
    options: [
      ['--output <file>', 'write another file'],
      ['--stdout', 'print it instead'],
      ['--check', 'exit 1 when the file is out of date'],
      ['--customer <names...>', 'only these (with --stdout or --output)'],
    ],
    load: () => import('./compose/generate.ts'),
  },
  {
    usage: 'images build',
    summary: 'build the images of our own MCP servers',
    options: [['--type <types...>', 'only these types']],
    load: () => import('./images/build.ts'),
  },
  { usage: 'config validate', summary: 'check mcp_servers.json', load: () => import('./config/validate.ts') },
  {
    usage: 'config schema',
    summary: 'print its JSON Schema, for editors',
    load: () => import('./config/schema.ts'),
  },
  { usage: 'types', summary: 'list the known types of MCP servers', load: () => import('./types/list.ts') },
  {
    usage: 'demo',
    summary: 'a world to try it in: no Docker, no keys',
    options: [
      ['--keep', 'leave it running at the end'],
      ['--stop', 'stop one that was left running'],
    ],
    load: () => import('./demo/demo.ts'),
  },
]
