import { EXIT, SupportError } from '../../../base/errors.ts'
import { counted } from '../../../base/text/amounts.ts'
import { visible } from '../../../base/text/terminal-text.ts'
import { holderText } from '../../../secrets/bound/rules.ts'
import { type Run, textOption } from '../../context.ts'
import { explainedText } from '../../error-text.ts'

export const run: Run = async ({ print, open }, [name], options) => {
  const customer = textOption(options, 'customer')
  if ((name === undefined) === (customer === undefined))
    throw new SupportError('usage', 'name either a credential or --customer', {
      hint: 'run `supportmax secrets forget --help`',
    })
  const { bindings } = (await open()).stack.state
  const isGone = (one: { name: string; owner: string }) =>
    name === undefined ? one.owner === customer : one.name === name
  const gone = bindings.all().filter(isGone)
  if (gone.length === 0)
    throw new SupportError('usage', `no bindings of ${visible(name ?? customer ?? '').slice(0, 60)}`, {
      hint: 'run `supportmax secrets list` to see the credentials in use',
    })
  bindings.forget(isGone)
  const shown = gone.map(one => ({ name: one.name, destination: holderText(one) }))
  if (print.mode === 'json') print.json({ forgotten: shown })
  else {
    for (const one of shown) {
      const message = `${one.name} no longer belongs to ${visible(one.destination)}`
      print.note(explainedText({ message }, print.noteLayout))
    }
    const message = `${counted(shown.length, 'binding')} forgotten`
    print.note(
      explainedText(
        { message, hint: 'check the addresses first: the next use binds the credential again' },
        print.noteLayout,
      ),
    )
  }
  return EXIT.ok
}
