import { customerNote } from '../../../agent/report/customer/note.ts'
import { incidentText } from '../../../agent/report/report.ts'
import { SupportError } from '../../../base/errors.ts'
import type { SlashCommand } from '../command.ts'
import { filesBeginning } from '../completion/files.ts'
import { reportedOf } from './document.ts'
import { writeNew } from './save.ts'
import { paged } from './show.ts'

export const report: SlashCommand = {
  name: 'report',
  usage: '/report [--redact] [FILE.md]',
  summary: 'write an incident note: timeline, findings, evidence, what was done; --redact for the customer',
  completion: (_chat, typed) => {
    const [option] = typed.match(/^--redact +/) ?? ['']
    const files = filesBeginning(typed.slice(option.length))
    return [...(option ? [] : [REDACT]), ...files.map(one => ({ ...one, value: option + one.value }))]
  },
  isOpenEnded: true,
  async run(chat, rest) {
    const words = rest.split(/\s+/).filter(Boolean)
    const isRedacted = words.includes('--redact')
    const file = words.filter(one => one !== '--redact').join(' ')
    if (/^--/.test(file))
      throw new SupportError('usage', `/report has no option ${file}`, { hint: 'it has `--redact`' })
    const reported = reportedOf(chat)
    if (reported.story.length === 0) throw new SupportError('usage', 'nothing has been asked yet')
    const note = isRedacted ? customerNote(reported) : { text: incidentText(reported), about: [] }
    if (!note) throw NOTHING_PROVEN
    if (file === '') await paged(chat, note.text, 'markdown')
    else chat.note(`wrote ${writeNew(file, note.text)}`, 'good')
    for (const line of note.about) chat.note(line, 'quiet')
  },
}

const REDACT = { value: '--redact', summary: 'for the customer to read' }
const NOTHING_PROVEN = new SupportError(
  'usage',
  'there is nothing to tell the customer yet: no sentence of an answer is proven by a result, and nothing was changed',
  { hint: 'ask for what is known, with citations, or type `/report` for your own note' },
)
