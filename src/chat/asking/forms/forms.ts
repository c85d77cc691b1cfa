// What servers ask of the person.

import { cleanLine } from '../../../base/text/terminal-text.ts'
import type { AnswerServer, ServerAnswer, ServerQuestion } from '../../../mcp/connection.ts'
import type { FormDialog } from '../../view/dialogs.ts'
import { addressIn } from '../../view/form/address.ts'
import { fieldsOf, isAboutPassword } from '../../view/form/fields.ts'
import type { ViewStore } from '../../view/store.ts'
import type { Waiting } from '../waiting/waiting.ts'
import { contentOf, formReply } from './replies.ts'

/** A server that asks more often during one question is not shown any more. */
const MOST_FORMS = 5
/** Of what it says, in characters. */
const LONGEST_MESSAGE = 600

type Filled = Pick<FormDialog, 'server' | 'message' | 'address' | 'fields'>

/** Puts them to the person: only while a call of that server is running, for the customer on the screen. */
export function openForms(store: ViewStore, waiting: Waiting): AnswerServer {
  /** How often each server has asked, in the present question. */
  const asked = new Map<string, number>()
  let question: number | undefined

  function timesAsked(server: string): number {
    const { asking } = store.view()
    if (asking !== question) asked.clear()
    question = asking
    const times = (asked.get(server) ?? 0) + 1
    asked.set(server, times)
    return times
  }

  function refused(server: string, why: string, hint?: string): ServerAnswer {
    store.note(`${server} asked you something, and was refused: ${why}`, 'warn', hint)
    return { action: 'decline' }
  }

  return async ({ customer, server, params, signal }) => {
    const view = store.view()
    // Nothing of another customer is shown here.
    if (customer !== view.customer.id) return { action: 'cancel' }
    const times = timesAsked(server)
    if (times > MOST_FORMS + 1) return { action: 'decline' }
    if (times > MOST_FORMS) return refused(server, `it has asked ${MOST_FORMS} times during this question`)
    if (!view.calls.some(one => one.server === server)) return refused(server, 'no call of it is running')
    const form = formOf(server, params)
    return 'why' in form ? refused(server, form.why, form.hint) : filled(form, { store, waiting, signal })
  }
}

function formOf(
  server: string,
  { mode, message, requestedSchema, url }: Record<string, unknown>,
): Filled | { why: string; hint?: string } {
  const words = cleanLine(typeof message === 'string' ? message.slice(0, 20_000) : '', LONGEST_MESSAGE)
  if (mode === 'url') {
    const address = addressIn(url)
    return 'why' in address ? address : { server, message: words, address, fields: [] }
  }
  const found = fieldsOf(requestedSchema)
  const isText = 'fields' in found && found.fields.some(one => one.kind === 'text')
  if (isText && isAboutPassword(words)) return { why: 'it asks for a secret', hint: SECRETS }
  if ('fields' in found) return { server, message: words, address: undefined, fields: found.fields }
  return { why: found.refused, ...(/secret/.test(found.refused) && { hint: SECRETS }) }
}

const SECRETS =
  'servers must not ask for secrets in a form; give it to the server as a credential in the configuration'

interface Filling extends Pick<ServerQuestion, 'signal'> {
  store: ViewStore
  waiting: Waiting
}

/** The person's answer; `cancel` if the question, the server or the customer went away meanwhile. */
function filled(form: Filled, { store, waiting, signal }: Filling): Promise<ServerAnswer> {
  const { server, fields } = form
  const names = fields.map(one => one.title).join(', ')
  const what = cleanLine(form.address ? `to open ${form.address.host}` : names || 'a confirmation', 200)
  return new Promise(resolve => {
    let filling = { at: 0, values: fields.map((): FormDialog['values'][number] => undefined) }
    const settle = (answer: ServerAnswer, said: string, tone: 'good' | 'quiet' = 'quiet') => {
      signal.removeEventListener('abort', gone)
      waiting.remove(id, answer.action === 'accept')
      store.note(`${server} asked for ${what}: ${said}`, tone)
      resolve(answer)
    }
    const gone = () => waiting.has(id) && settle({ action: 'cancel' }, 'it does not wait any more')
    const reply = (line: string): string | undefined => {
      const given = formReply(line, { fields, ...filling })
      if (given.kind === 'unclear') return given.why
      if (given.kind === 'decline') settle({ action: 'decline' }, 'you declined')
      else if (given.kind === 'send') settle(accepted(form, filling), 'you sent it', 'good')
      else {
        filling = { at: given.at, values: [...given.values] }
        store.dispatch({ type: 'form-filled', id, ...filling })
      }
      return undefined
    }
    const id: number = waiting.add(
      { kind: 'form', ...form, ...filling },
      {
        question: store.view().asking,
        reply,
        end: () => settle({ action: 'cancel' }, 'not answered'),
      },
    )
    signal.addEventListener('abort', gone, { once: true })
    if (signal.aborted) gone()
  })
}

function accepted(form: Filled, filling: Pick<FormDialog, 'at' | 'values'>): ServerAnswer {
  return form.address
    ? { action: 'accept' }
    : { action: 'accept', content: contentOf({ fields: form.fields, ...filling }) }
}
