import { reportedFrom, transcriptData } from '../../../agent/report/kept.ts'
import { conversationText } from '../../../agent/report/report.ts'
import { EXIT } from '../../../base/errors.ts'
import { clean } from '../../../base/text/terminal-text.ts'
import type { Run } from '../../context.ts'
import { conversationNamed, reading } from './found.ts'

export const run: Run = ({ print, open }, [word = '']) =>
  reading(open, (shelf, app) => {
    const { subject, conversation } = conversationNamed(shelf, app, word)
    const contents = shelf.conversations(subject.id)?.contents(conversation.id)
    if (!contents) return EXIT.failed
    if (print.mode === 'json') print.json(transcriptData(subject, conversation, contents))
    else print.result(clean(conversationText(reportedFrom(subject, conversation, contents))).trimEnd())
    return EXIT.ok
  })
