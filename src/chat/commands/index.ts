import type { SlashCommand } from './command.ts'
import { clear } from './conversation/clear.ts'
import { find } from './conversation/find.ts'
import { fork } from './conversation/fork.ts'
import { rename } from './conversation/rename.ts'
import { resume } from './conversation/resume.ts'
import { retry } from './conversation/retry.ts'
import { reload } from './customer/reload.ts'
import { switchCustomer } from './customer/switch.ts'
import { copy } from './evidence/copy.ts'
import { handover } from './evidence/handover.ts'
import { plot } from './evidence/plot.ts'
import { report } from './evidence/report.ts'
import { save } from './evidence/save.ts'
import { show } from './evidence/show.ts'
import { help } from './help.ts'
import { context } from './platforms/context.ts'
import { cost } from './platforms/cost.ts'
import { critical } from './platforms/critical.ts'
import { model } from './platforms/model.ts'
import { platform } from './platforms/platform.ts'
import { quit } from './quit.ts'
import { status } from './servers/status.ts'
import { tools } from './servers/tools.ts'
import { up } from './servers/up.ts'

/** Every slash command, in the order of /help. */
export const COMMANDS: readonly SlashCommand[] = [
  switchCustomer,
  tools,
  status,
  up,
  reload,
  show,
  plot,
  copy,
  save,
  report,
  handover,
  find,
  critical,
  retry,
  platform,
  model,
  context,
  cost,
  clear,
  resume,
  fork,
  rename,
  help,
  quit,
]
