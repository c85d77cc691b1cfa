import { loadPromptTexts } from '../../../agent/prompt.ts'
import { openSession, type Session } from '../../../agent/session.ts'
import { EXIT } from '../../../base/errors.ts'
import { packageVersion } from '../../../base/package-root.ts'
import { oneLine } from '../../../base/text/words.ts'
import { customerTitle } from '../../../config/project.ts'
import { type Recording, readRecording } from '../../../recordings/replay.ts'
import type { Context } from '../../context.ts'
import { cleanedPrinter } from '../../plain.ts'
import { askIn } from './headless.ts'

/** Plays all questions of a recording through today's agent; returns the exit code of the first one that fails. */
export async function replay(context: Context, file: string): Promise<number> {
  const { signal } = context
  const print = cleanedPrinter(context.print, 'cleaned')
  const recording = readRecording(file)
  const { customer: recorded, supportmax, made } = recording.head
  const customer = { ...recorded, environment: undefined }
  const title = customerTitle({ ...customer, id: oneLine(recorded.id), name: oneLine(recorded.name) })
  print.note(
    `${title}, recorded ${oneLine(made)} by supportmax ${oneLine(supportmax)} (this is ${packageVersion()})`,
  )
  if (recording.isCut) print.note(`${file}: the last line is incomplete; playing what comes before it`)
  let asked = 0
  const session = sessionOf(recording, () => recording.questions[asked]?.id ?? '')
  await session.switchTo(customer.id, signal)
  let worst: number = EXIT.ok
  try {
    for (const { text: question, isCritical, isRetry } of recording.questions) {
      if (signal.aborted) return EXIT.interrupted
      if (print.mode === 'text') print.result(`\n${oneLine(customer.id)} › ${question}\n`)
      const code = await askIn(session, { customer, question, isCritical, isRetry }, { print, signal })
      if (worst === EXIT.ok) worst = code
      asked++
    }
    for (const one of recording.differences()) print.note(`differs from the recording: ${one}`)
    return worst
  } finally {
    session.close()
  }
}

function sessionOf(recording: Recording, questionId: () => string): Session {
  return openSession({
    toolsetFor: async () => recording.toolset(),
    promptFor: () => recording.system,
    judging: loadPromptTexts().judge,
    platformsFor: async () => {
      const { platform, peers, judge, spent } = recording.platforms(questionId())
      return { platform, witnesses: { peers, judge }, spent }
    },
  })
}
