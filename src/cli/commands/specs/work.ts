import type { CommandSpec } from '../spec.ts'

const MODEL: [string, string][] = [
  ['--platform <name>', 'model platform (default: the first one allowed and available)'],
  ['--model <name>', 'model of that platform (default: chosen by the routing rules)'],
]

/** Working with their tools. */
export const WORK: CommandSpec[] = [
  {
    usage: 'chat [customer]',
    summary: "chat with an agent that uses one customer's tools",
    options: [
      ['--customer <name>', 'the same as the argument'],
      ['--resume [id]', 'continue an earlier conversation; without an id, list them'],
      ['-p, --prompt <question>', 'ask one question, print the answer and exit'],
      ['--timeout <seconds>', 'time for one answer, with -p or piped input (default: no limit)'],
      ['--critical', 'ask several platforms and compare their answers, with -p or piped input'],
      ...MODEL,
      ['--record <file>', 'record the traffic with the model platforms, to report a problem'],
      ['--plain', 'print lines only, for screen readers and terminals that cannot move the cursor'],
      ['--replay <file>', 'play a recording; needs no platform, server or key'],
    ],
    examples: ['chat acme', 'chat acme -p "which alerts are firing?"', 'chat acme --resume 3f2a'],
    load: () => import('../chat/chat.ts'),
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
    examples: ['platforms', 'platforms --check'],
    load: () => import('../platforms/list.ts'),
  },
  {
    usage: 'platforms explain <question>',
    summary: 'show which model platform a question would go to, why, and at what price, without asking it',
    options: [
      ['--customer <name>', 'customer (default: "default" in the configuration)'],
      ...MODEL,
      ['--critical', 'treat it as critical: several platforms answer'],
    ],
    examples: ['platforms explain "which alerts are firing?" --customer acme'],
    load: () => import('../platforms/explain.ts'),
  },
  {
    usage: 'platforms reset <name>',
    summary: 'resume a paused model platform at once',
    examples: ['platforms reset openai'],
    load: () => import('../platforms/reset.ts'),
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
    examples: ['costs --by month', 'costs acme --since 7d --csv'],
    load: () => import('../platforms/costs.ts'),
  },
  {
    usage: 'tools list <customer>',
    summary: "list a customer's tools, offered and withheld",
    options: [['--all', 'also list tools that are left out, and the resources and prompts of each server']],
    examples: ['tools acme', 'tools acme --all'],
    load: () => import('../tools/list.ts'),
  },
  {
    usage: 'tools accept <customer>',
    summary: 'show definitions that changed or are not pinned yet, and pin them in mcp-lock.json',
    options: [
      ['--only <names>', 'accept only these, such as grafana,wiki/get_page (default: all)'],
      ['--dry-run', 'show them without accepting any'],
      ['--yes', 'accept them without asking'],
    ],
    examples: ['tools accept acme', 'tools accept acme --dry-run', 'tools accept acme --only grafana --yes'],
    load: () => import('../tools/accept.ts'),
  },
  {
    usage: 'policy test <tool> [arguments]',
    summary:
      'show whether the policy allows a call of SERVER__TOOL, and which rule decides, without calling it',
    options: [
      ['--customer <name>', 'customer (default: "default" in the configuration)'],
      ['--role <role>', 'role of the caller, read-only or read-write (default: read-write)'],
      ['--at <time>', 'time of the call, such as 2026-11-26T22:00 (default: now)'],
    ],
    examples: [
      'policy test alertmanager__create_silence --customer acme',
      `policy test grafana__query '{"limit": 5}' --role read-only --at 2026-11-26T22:00`,
    ],
    load: () => import('../policy/test.ts'),
  },
  {
    usage: 'policy explain',
    summary: "show which of a customer's tools are allowed to each role, and what decides",
    options: [['--customer <name>', 'customer (default: "default" in the configuration)']],
    examples: ['policy explain --customer acme'],
    load: () => import('../policy/explain.ts'),
  },
  {
    usage: 'tools call <customer> <server> [tool]',
    summary: "call one tool, within the same limits as the agent's calls",
    options: [['--args <json>', 'arguments of the tool, as a JSON object (default: {})']],
    examples: ["tools call acme alertmanager list_alerts --args '{}'"],
    load: () => import('../tools/call.ts'),
  },
]
