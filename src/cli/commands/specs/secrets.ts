import type { CommandSpec } from '../spec.ts'

/** The values of credentials, without showing any. */
export const SECRETS: CommandSpec[] = [
  {
    usage: 'secrets list [customer]',
    summary: 'list the credentials in use, and where each comes from; asks no password manager',
    examples: ['secrets list', 'secrets list acme --json'],
    load: () => import('../secrets/list.ts'),
  },
  {
    usage: 'secrets check [customer]',
    summary: 'get the value of every credential; exit 1 if one is missing',
    examples: ['secrets check', 'secrets check acme'],
    load: () => import('../secrets/check.ts'),
  },
]
