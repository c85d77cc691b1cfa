import type { CommandSpec } from './spec.ts'
import { ACCESS } from './specs/access.ts'
import { CONFIGURATION } from './specs/configuration.ts'
import { GATEWAY } from './specs/gateway.ts'
import { OTHERS } from './specs/others.ts'
import { SECRETS } from './specs/secrets.ts'
import { SERVERS } from './specs/servers.ts'
import { TRANSCRIPTS } from './specs/transcripts.ts'
import { WORK } from './specs/work.ts'

/** All commands, in the order in which --help lists them. */
export const COMMANDS: CommandSpec[] = [
  ...SERVERS,
  ...WORK,
  ...TRANSCRIPTS,
  ...CONFIGURATION,
  ...GATEWAY,
  ...ACCESS,
  ...SECRETS,
  ...OTHERS,
]
