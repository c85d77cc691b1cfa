import { htmlDocument } from '../../../agent/report/html/document.ts'
import { reportedFrom, transcriptData } from '../../../agent/report/kept.ts'
import { conversationText } from '../../../agent/report/report.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { type Options, type Run, textOption } from '../../context.ts'
import { conversationNamed, reading } from './found.ts'
import { written } from './written.ts'

const FORMATS = ['markdown', 'json', 'html'] as const

export const run: Run = ({ print, open }, [word = ''], options) => {
  const format = formatOption(options, FORMATS)
  return reading(open, (shelf, app) => {
    const { subject, conversation } = conversationNamed(shelf, app, word)
    const contents = shelf.conversations(subject.id)?.contents(conversation.id)
    if (!contents) return EXIT.failed
    const text = () => conversationText(reportedFrom(subject, conversation, contents))
    const data = () => `${JSON.stringify(transcriptData(subject, conversation, contents), undefined, 2)}\n`
    const makers = { markdown: text, json: data, html: () => htmlDocument(text()) }
    return written(print, makers[format](), textOption(options, 'output'))
  })
}

/** Throws `usage` for a format that there is not. */
export function formatOption<Format extends string>(options: Options, formats: readonly Format[]): Format {
  const word = textOption(options, 'format') ?? 'markdown'
  const found = formats.find(one => one === word)
  if (found) return found
  throw new SupportError('usage', `--format: there is no format "${word.slice(0, 40)}"`, {
    hint: `use one of: ${formats.join(', ')}`,
  })
}
