import { htmlDocument } from '../../../agent/report/html/document.ts'
import { resultBlocks } from '../../../agent/report/html/results.ts'
import { reportedFrom, transcriptData } from '../../../agent/report/kept.ts'
import { conversationText } from '../../../agent/report/report.ts'
import { EXIT, SupportError } from '../../../base/errors.ts'
import { escapeUnsafe } from '../../../base/text/words.ts'
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
    const reported = reportedFrom(subject, conversation, contents)
    const text = () => conversationText(reported)
    const data = () => `${escapedLines(transcriptData(subject, conversation, contents))}\n`
    const makers = {
      markdown: text,
      json: data,
      html: () => htmlDocument(text(), resultBlocks(reported.evidence)),
    }
    return written(print, makers[format](), textOption(options, 'output'))
  })
}

/** Marks that reorder or hide text are the same to a program as escapes, and harmless to a person. */
function escapedLines(data: unknown): string {
  return JSON.stringify(data, undefined, 2).split('\n').map(escapeUnsafe).join('\n')
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
