import type { CommandSpec } from '../spec.ts'

/** Other programs that use a customer's tools. */
export const ACCESS: CommandSpec[] = [
  {
    usage: 'token create',
    summary: "create a token that opens one customer's door of the gateway, and print it once",
    options: [
      ['--customer <name>', 'customer (default: "default" in the configuration)'],
      ['--role <role>', 'read-only or read-write (default: read-only)'],
      ['--expires <time>', 'lifetime, such as 12h, 30d or 8w, at most 366d (default: 90d)'],
      ['--name <name>', 'name to recognize it by (default: the name of this machine)'],
    ],
    examples: ['token create --customer acme', 'token create --customer acme --expires 30d --name laptop'],
    load: () => import('../token/create.ts'),
  },
  {
    usage: 'token list',
    summary: 'list the tokens of the gateway, without showing any',
    options: [['--customer <name>', 'only tokens of this customer']],
    examples: ['token list', 'token list --customer acme --json'],
    load: () => import('../token/list.ts'),
  },
  {
    usage: 'token revoke [token]',
    summary: 'revoke a token by its id, its name or the token itself; a running gateway rejects it at once',
    options: [
      ['--customer <name>', 'customer whose token it is, if several have one of this name'],
      ['--all', 'all tokens, or all of --customer'],
    ],
    examples: ['token revoke laptop --customer acme', 'token revoke --all --customer acme'],
    load: () => import('../token/revoke.ts'),
  },
]
