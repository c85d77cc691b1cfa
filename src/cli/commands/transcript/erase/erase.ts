import type { App } from '../../../../app.ts'
import { EXIT, SupportError } from '../../../../base/errors.ts'
import { askYesNo } from '../../../ask.ts'
import { type Context, type Run, textOption } from '../../../context.ts'
import { explainedText } from '../../../error-text.ts'
import { customerErasure, type Erasure, personErasure } from './erasure.ts'
import { receiptText } from './receipt.ts'

export const run: Run = async ({ print, open, signal }, _args, options) => {
  const [customer, person] = [textOption(options, 'customer'), textOption(options, 'person')]
  if ((customer === undefined) === (person === undefined))
    throw new SupportError('usage', 'transcript erase needs either --customer or --person', {
      hint: 'run `supportmax transcript erase --customer NAME`, or `--person NAME`',
    })
  const app = await open()
  try {
    const erasure = erasureOf(app, customer, person)
    await confirm(erasure.question, options.yes === true, signal)
    const receipt = erasure.apply()
    if (print.mode === 'json') print.json(receipt)
    else print.result(explainedText({ message: receiptText(receipt) }, print.layout))
    return receipt.notErased.length > 0 ? EXIT.failed : EXIT.ok
  } finally {
    await app.close()
  }
}

function erasureOf(app: App, customer: string | undefined, person: string | undefined): Erasure {
  return customer === undefined ? personErasure(app, person ?? '') : customerErasure(app, customer)
}

async function confirm(question: string, isYes: boolean, signal: Context['signal']): Promise<void> {
  if (isYes || (await askYesNo(question, signal, 'run it in a terminal, or add --yes'))) return
  throw new SupportError('refused', 'nothing was erased')
}
