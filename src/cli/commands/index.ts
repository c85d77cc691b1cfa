import type { CommandSpec } from './spec.ts'

const RUNTIME: [string, string] = [
  '--runtime <kind>',
  'auto, docker or local (default: from the configuration)',
]
const TIMEOUT: [string, string] = [
  '--timeout <seconds>',
  'time for each server to become ready (default: from the configuration, else 60)',
]
const MODEL: [string, string][] = [
  ['--platform <name>', 'model platform (default: the first one allowed and available)'],
  ['--model <name>', 'model of that platform (default: chosen by the routing rules)'],
]

/** All commands, in the order in which --help lists them. */
export const COMMANDS: CommandSpec[] = [
  {
    usage: 'up [customers...]',
    summary: 'start MCP servers and wait until they are ready',
    options: [
      ['--type <types...>', 'only servers of these types'],
      RUNTIME,
      ['--dry-run', 'show the plan without changing anything'],
      ['--no-wait', 'return as soon as the servers are started'],
      ['--pull', 'pull or rebuild the images first'],
      TIMEOUT,
    ],
    load: () => import('./stack/up.ts'),
  },
  {
    usage: 'status [customers...]',
    summary: 'show which MCP servers answer',
    options: [
      ['--all', 'list every server, not only those that need attention'],
      ['--check', 'exit 1 unless every server is ready'],
    ],
    load: () => import('./stack/status.ts'),
  },
  {
    usage: 'down [customers...]',
    summary: 'stop and remove MCP servers',
    options: [['--timeout <seconds>', 'time to wait for another supportmax to finish (default: 60)']],
    load: () => import('./stack/down.ts'),
  },
  {
    usage: 'restart <customer> [server]',
    summary: "recreate a customer's MCP servers",
    options: [TIMEOUT],
    load: () => import('./stack/restart.ts'),
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
    load: () => import('./stack/logs.ts'),
  },
  {
    usage: 'chat',
    summary: "chat with an agent that uses one customer's tools",
    options: [
      ['--customer <name>', 'customer (default: "default" in the configuration)'],
      ['-p, --prompt <question>', 'ask one question, print the answer and exit'],
      ['--timeout <seconds>', 'time for one answer, with -p or piped input (default: no limit)'],
      ['--critical', 'ask several platforms and compare their answers, with -p or piped input'],
      ...MODEL,
      ['--record <file>', 'record the traffic with the model platforms, to report a problem'],
      ['--replay <file>', 'play a recording; needs no platform, server or key'],
    ],
    load: () => import('./chat/chat.ts'),
  },
  {
    usage: 'platforms',
    summary: 'show which model platforms answer, how fast and at what cost',
    options: [
      ['--since <time>', 'period to report, such as 30m or 7d (default: 24h)'],
      ['--customer <name>', 'only the requests and platforms of one customer'],
      ['--check', 'ask each model one tiny question (costs money); exit 1 unless all answer and call a tool'],
      ['--metrics', 'print the numbers as Prometheus text'],
    ],
    load: () => import('./platforms/list.ts'),
  },
  {
    usage: 'platforms explain <question>',
    summary: 'show which model platform a question would go to, why, and at what price, without asking',
    options: [
      ['--customer <name>', 'customer (default: "default" in the configuration)'],
      ...MODEL,
      ['--critical', 'as a question that several platforms answer'],
    ],
    load: () => import('./platforms/explain.ts'),
  },
  {
    usage: 'platforms reset <name>',
    summary: 'use a paused model platform again at once',
    load: () => import('./platforms/reset.ts'),
  },
  {
    usage: 'costs [customers...]',
    summary: 'show what the model platforms cost, by customer, platform, model, day or month',
    options: [
      ['--by <keys>', 'group by customer, platform, model, day, month (default: customer,platform,model)'],
      ['--since <time>', 'only requests since then, such as 7d or 2026-11-01 (default: 30d)'],
      ['--until <time>', 'only requests before then, such as 2026-11-23'],
      ['--csv', 'print CSV, for a spreadsheet'],
    ],
    load: () => import('./platforms/costs.ts'),
  },
  {
    usage: 'tools list <customer>',
    summary: "list a customer's tools, offered and withheld",
    options: [
      ['--accept', 'treat the tools that fit a pattern of "read_only_tools" as read-only'],
      ['--yes', 'accept them without asking'],
    ],
    load: () => import('./tools/list.ts'),
  },
  {
    usage: 'tools call <customer> <server> <tool>',
    summary: 'call one tool under the same policy as the agent',
    options: [['--args <json>', 'arguments of the tool, as a JSON object (default: {})']],
    load: () => import('./tools/call.ts'),
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
    load: () => import('./stack/smoke.ts'),
  },
  {
    usage: 'import <file>',
    summary: "add the MCP servers of another client's file to a customer",
    options: [
      ['--customer <name>', 'customer who gets them; added if there is none of this name'],
      ['--dry-run', 'show what would be written without writing it'],
      ['--yes', 'write without asking'],
    ],
    load: () => import('./config/import.ts'),
  },
  {
    usage: 'trust [customers...]',
    summary: 'show the commands that the configuration would run, and allow them',
    options: [['--yes', 'allow them without asking']],
    load: () => import('./trust/trust.ts'),
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
      ['--output <file>', 'write to this file instead'],
      ['--stdout', 'print it instead of writing a file'],
      ['--check', 'exit 1 if the file is missing or out of date'],
      ['--customer <names...>', 'only these customers, with --stdout or --output'],
    ],
    load: () => import('./compose/generate.ts'),
  },
  {
    usage: 'images build',
    summary: "build the images of supportmax's own MCP servers",
    options: [['--type <types...>', 'only images of these types']],
    load: () => import('./images/build.ts'),
  },
  { usage: 'config validate', summary: 'check mcp_servers.json', load: () => import('./config/validate.ts') },
  {
    usage: 'config schema',
    summary: 'print the JSON Schema of mcp_servers.json, for editors',
    load: () => import('./config/schema.ts'),
  },
  {
    usage: 'types',
    summary: 'list the supported types of MCP servers',
    load: () => import('./types/list.ts'),
  },
  {
    usage: 'demo',
    summary: 'try supportmax on simulated systems: no Docker, no keys',
    options: [
      ['--keep', 'leave the demo running afterwards'],
      ['--stop', 'stop a demo that was left running'],
    ],
    load: () => import('./demo/demo.ts'),
  },
]
