import { counted } from '../../../base/text/amounts.ts'
import { clean } from '../../../base/text/terminal-text.ts'
import { planMigration } from '../../../config/edit/migrate.ts'
import type { Run } from '../../context.ts'
import { applyEdit } from '../../edits/apply.ts'
import { explainedText } from '../../error-text.ts'

export const run: Run = async (context, _args, options) => {
  const { config, print } = context
  const { from, customers, notes, config: change, changes } = planMigration(config)
  for (const note of notes)
    print.note(explainedText({ message: clean(`${from}: ${note}`) }, print.noteLayout))
  return applyEdit(context, options, {
    changes,
    shown: change,
    done: {
      message: `${config}: written with ${counted(customers.length, 'customer')}; ${from} is no longer read`,
      hint: 'run `supportmax status` to see which servers answer, then remove the older file',
    },
    json: { customers, notes },
  })
}
