import type { CommandSpec } from '../spec.ts'

/** The values of credentials, without showing any. */
export const SECRETS: CommandSpec[] = [
  {
    usage: 'secrets list [customer]',
    summary: 'list the credentials in use and where each comes from, without fetching any',
    examples: ['secrets list', 'secrets list acme --json'],
    load: () => import('../secrets/list.ts'),
  },
  {
    usage: 'secrets check [customer]',
    summary: 'fetch every credential in use; exit 1 if one is missing',
    examples: ['secrets check', 'secrets check acme'],
    load: () => import('../secrets/check.ts'),
  },
  {
    usage: 'secrets allow [name] [customer] [server]',
    summary: 'allow a credential to go to one more destination: a server or a platform',
    options: [
      ['--platform <name>', 'a platform instead of a customer and a server'],
      ['--customer <id>', 'every refused credential of this customer'],
      ['--yes', 'allow it without asking'],
    ],
    examples: [
      'secrets allow GRAFANA_TOKEN_ACME acme grafana',
      'secrets allow OPENAI_API_KEY --platform openai',
      'secrets allow --customer acme',
    ],
    load: () => import('../secrets/allow.ts'),
  },
  {
    usage: 'secrets forget [name]',
    summary: 'forget where a credential may go; its next use binds it again',
    options: [['--customer <id>', 'all credentials of this customer']],
    examples: ['secrets forget GRAFANA_TOKEN_ACME', 'secrets forget --customer acme'],
    load: () => import('../secrets/forget.ts'),
  },
]
