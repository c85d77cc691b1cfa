import { redactedIncidentText } from '../../../agent/report/redacted.ts'
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
    const text = isRedacted ? redactedIncidentText(reported) : incidentText(reported)
    if (file !== '')
      return chat.note(`wrote ${writeNew(file, text)}`, 'good', isRedacted ? READ_IT : undefined)
    await paged(chat, text, 'markdown')
    if (isRedacted) chat.note(READ_IT, 'quiet')
  },
}

const REDACT = { value: '--redact', summary: 'for the customer to read' }
const READ_IT = 'read it before you send it: names in the findings stay as the answers have them'
