import { htmlDocument } from '../../../agent/report/html/document.ts'
import { reportedFrom } from '../../../agent/report/kept.ts'
import { redactedIncidentText } from '../../../agent/report/redacted.ts'
import { EXIT } from '../../../base/errors.ts'
import { type Run, textOption } from '../../context.ts'
import { formatOption } from './export.ts'
import { conversationNamed, reading } from './found.ts'
import { written } from './written.ts'

const FORMATS = ['markdown', 'html'] as const

export const run: Run = ({ print, open }, [word = ''], options) => {
  const format = formatOption(options, FORMATS)
  return reading(open, (shelf, app) => {
    const { subject, conversation } = conversationNamed(shelf, app, word)
    const contents = shelf.conversations(subject.id)?.contents(conversation.id)
    if (!contents) return EXIT.failed
    const text = redactedIncidentText(reportedFrom(subject, conversation, contents))
    print.note('read it before you send it: names in the findings stay as the answers have them')
    return written(print, format === 'html' ? htmlDocument(text) : text, textOption(options, 'output'))
  })
}
