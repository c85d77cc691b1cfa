import { appendFileSync, writeFileSync } from 'node:fs'
import { reasonOf, SupportError } from '../base/errors.ts'
import { fileFault } from '../base/files.ts'
import { packageVersion } from '../base/package-root.ts'
import type { Customer } from '../config/project.ts'
import type { QuestionPlatforms } from '../coordinator/coordinator.ts'
import { type ModelRequest, type Platform, PlatformFault } from '../platforms/platform.ts'
import { FORMAT, type RecordedLine, type RecordingHead } from './line.ts'
import { addEvent, redacted, sinceLast, unsealed } from './redacted.ts'

/** Writes requests to platforms and their answers to a file that can be replayed elsewhere. Secrets are hidden. */
export interface Recorder {
  /** The customer it belongs to; nothing of another customer is written to the file. */
  readonly customerId: string
  /** The same platforms; their requests and answers are recorded. */
  record(
    platforms: QuestionPlatforms,
    asked: { question: string; conversation: string },
  ): Pick<QuestionPlatforms, 'platform' | 'peers' | 'judge'>
}

type About = Pick<RecordedLine, 'question' | 'conversation' | 'purpose'>

/** Appends one line, without what it shares with the line before it in the file. Turns may end in another order than they begin. */
type Write = (request: ModelRequest, line: Omit<RecordedLine, 'keep' | 'messages'>) => void

/**
 * Creates the file with mode 0600. Throws a usage error if it exists: a recording is never overwritten. If a line cannot
 * be written later, recording ends and `onCut` gets the reason; answers are not affected.
 */
export function openRecorder(
  file: string,
  { id, name }: Pick<Customer, 'id' | 'name'>,
  onCut: (reason: string) => void,
): Recorder {
  createFile(file, {
    format: FORMAT,
    supportmax: packageVersion(),
    made: new Date().toISOString(),
    customer: { id, name },
  })
  const write = writerTo(file, onCut)
  return {
    customerId: id,
    record(platforms, { question, conversation }) {
      const recorded = (platform: Platform, purpose: RecordedLine['purpose']) =>
        recordedPlatform(platform, { question, conversation, purpose }, write)
      return {
        platform: recorded(platforms.platform, 'answer'),
        peers: answered => platforms.peers(answered).map(one => recorded(one, 'cross-check')),
        judge: answered => recorded(platforms.judge(answered), 'judge'),
      }
    },
  }
}

function createFile(file: string, head: RecordingHead): void {
  try {
    writeFileSync(file, lineOf(head), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw new SupportError('usage', `--record ${file}: ${exists ? 'already exists' : fileFault(error)}`, {
      hint: 'choose another file',
      cause: error,
    })
  }
}

function lineOf(value: object): string {
  return `${JSON.stringify(redacted(value))}\n`
}

/** Stops at the first line that cannot be written: the lines after it could not be read. */
function writerTo(file: string, onCut: (reason: string) => void): Write {
  let last: ModelRequest | undefined
  let isCut = false
  return (request, line) => {
    if (isCut) return
    try {
      appendFileSync(file, lineOf({ ...line, ...sinceLast(last, request) }))
      last = request
    } catch (error) {
      isCut = true
      onCut(fileFault(error))
    }
  }
}

function recordedPlatform(platform: Platform, about: About, write: Write): Platform {
  const { name, model } = platform
  async function* stream(request: ModelRequest, signal: AbortSignal) {
    const began = performance.now()
    const events: RecordedLine['events'] = []
    let isWritten = false
    const end = (fault: RecordedLine['fault']) => {
      if (isWritten) return
      isWritten = true
      write(request, { ...about, platform: name, model, events: events.map(unsealed), fault })
    }
    try {
      for await (const event of platform.stream(request, signal)) {
        // A notice is about the one who asked, not about the answer.
        if (event.type !== 'notice') addEvent(events, Math.round(performance.now() - began), event)
        // Written before it is passed on: once the answer is complete, the program may end.
        if (event.type === 'finish') end(null)
        yield event
      }
    } catch (error) {
      end(faultOf(error, name))
      throw error
    } finally {
      end({ platform: name, kind: 'aborted', message: 'cancelled before it ended' })
    }
  }
  return { name, model, stream }
}

function faultOf(error: unknown, platform: string): RecordedLine['fault'] {
  const isFault = error instanceof PlatformFault
  return {
    platform: isFault ? error.platform : platform,
    kind: isFault ? error.kind : 'server',
    message: reasonOf(error),
    ...(isFault && error.remedy !== undefined ? { remedy: error.remedy } : {}),
  }
}
