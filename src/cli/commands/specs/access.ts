import type { CommandSpec } from '../spec.ts'

/** Other programs that use a customer's tools. */
export const ACCESS: CommandSpec[] = [
  {
    usage: 'connect [client]',
    summary: "let another MCP client use a customer's tools; without a client, list the clients",
    options: [
      ['--customer <name>', 'customer (default: "default" in the configuration)'],
      ['--http', 'connect by URL and token to a running `serve` (default: by a command)'],
      ['--user', "in the client's file for your user (default)"],
      ['--project', "in the client's file for the project in this folder"],
      ['--print', 'print the entry without writing it'],
      ['--force', 'replace an entry of the same name that supportmax did not write'],
    ],
    examples: ['connect', 'connect codex --customer acme', 'connect cursor --customer acme --http'],
    load: () => import('../connect/connect.ts'),
  },
  {
    usage: 'disconnect <client>',
    summary: "remove a customer's entry from another MCP client",
    options: [
      ['--customer <name>', 'customer (default: "default" in the configuration)'],
      ['--user', "only from the client's file for your user"],
      ['--project', "only from the client's file for the project in this folder"],
      ['--force', 'also remove an entry that supportmax did not write'],
    ],
    examples: ['disconnect codex --customer acme'],
    load: () => import('../connect/disconnect.ts'),
  },
  {
    usage: 'token create',
    summary: "create a token for one customer's door of the gateway, and print it once",
    options: [
      ['--customer <name>', 'customer (default: "default" in the configuration)'],
      ['--role <role>', 'read-only or read-write (default: read-only)'],
      ['--expires <time>', 'lifetime, such as 12h, 30d or 8w, at most 366d (default: 90d)'],
      ['--name <name>', 'name of the token (default: the name of this machine)'],
      ['--metrics', 'create a token that only reads /metrics, of all customers'],
    ],
    examples: ['token create --customer acme', 'token create --customer acme --expires 30d --name laptop'],
    load: () => import('../token/create.ts'),
  },
  {
    usage: 'token list',
    summary: "list the gateway's tokens, without their values",
    options: [['--customer <name>', 'only tokens of this customer']],
    examples: ['token list', 'token list --customer acme --json'],
    load: () => import('../token/list.ts'),
  },
  {
    usage: 'token revoke [token]',
    summary: 'revoke a token by its id, its name or its value; a running gateway rejects it at once',
    options: [
      ['--customer <name>', 'customer of the token, if several have one of this name'],
      ['--all', 'revoke all tokens, or all of --customer'],
    ],
    examples: ['token revoke laptop --customer acme', 'token revoke --all --customer acme'],
    load: () => import('../token/revoke.ts'),
  },
  {
    usage: 'audit verify',
    summary: 'check that no line of the audit record was changed, removed, added or moved',
    examples: ['audit verify'],
    load: () => import('../audit/verify.ts'),
  },
  {
    usage: 'audit tail',
    summary: 'show the newest calls and denials in the audit record',
    options: [
      ['-n, --lines <lines>', 'lines to show (default: 20)'],
      ['--customer <name>', 'only calls for one customer'],
      ['-f, --follow', 'keep printing new lines'],
    ],
    examples: ['audit tail', 'audit tail --customer acme --follow'],
    load: () => import('../audit/tail.ts'),
  },
  {
    usage: 'audit export',
    summary: 'print the audit record as lines of JSON, or as CSV',
    options: [
      ['--customer <name>', 'only calls for one customer'],
      ['--since <time>', 'only records since then, such as 7d or 2026-11-01 (default: all)'],
      ['--csv', 'print CSV, for a spreadsheet'],
    ],
    examples: ['audit export --since 7d', 'audit export --customer acme --csv'],
    load: () => import('../audit/export.ts'),
  },
  {
    usage: 'audit erase <person>',
    summary: "erase a person's name from the audit record; their calls stay, under a pseudonym",
    options: [['--yes', 'erase it without asking']],
    examples: ['audit erase laptop'],
    load: () => import('../audit/erase.ts'),
  },
]
