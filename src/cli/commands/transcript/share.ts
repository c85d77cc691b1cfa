import { customerNote } from '../../../agent/report/customer/note.ts'
import { htmlDocument } from '../../../agent/report/html/document.ts'
import { reportedFrom } from '../../../agent/report/kept.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
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
    const reported = reportedFrom(subject, conversation, contents)
    const note = customerNote({ ...reported, others: app.project.customers })
    if (!note)
      throw new SupportError(
        'usage',
        `${word} has nothing to tell the customer: no sentence of an answer is proven by a result, and nothing was changed`,
        { hint: `run \`supportmax transcript export ${word}\` for all of it` },
      )
    for (const line of note.about) print.note(line)
    const text = format === 'html' ? htmlDocument(note.text) : note.text
    return written(print, text, textOption(options, 'output'))
  })
}
