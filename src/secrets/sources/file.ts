import { bytesIfThere, fileFault, fileStamp } from '../../base/files.ts'
import type { SecretAnswer } from '../finding.ts'

const LARGEST = 64 * 1024

/**
 * Reads files that hold nothing but a value, without the line break at its end. A file is read again when it changes. Links
 * are followed: Kubernetes and several secret managers put links there, and replace them to rotate a value.
 */
export function secretFiles(): (path: string) => SecretAnswer {
  const known = new Map<string, { stamp: string; answer: SecretAnswer }>()
  return path => {
    const stamp = fileStamp(path)
    const before = known.get(path)
    if (before && stamp !== '' && before.stamp === stamp) return before.answer
    const answer = answerIn(path)
    known.set(path, { stamp, answer })
    return answer
  }
}

function answerIn(path: string): SecretAnswer {
  const fault = (what: string, hint: string) => ({ reason: `${path}: ${what}`, hint })
  try {
    const content = bytesIfThere(path, LARGEST)
    if (content === undefined) return fault('file not found', 'create it, or correct the path')
    const value = textOf(content)?.replace(/\r?\n$/, '')
    if (value === undefined) return fault('is not UTF-8 text', 'save only the value in it, as UTF-8')
    return value === '' ? fault('is empty', 'write the value into it') : { value }
  } catch (error) {
    const why = fileFault((error as Error).cause ?? error)
    return fault(`cannot be read (${why})`, 'fix its path or permissions; it must contain only the value')
  }
}

function textOf(content: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content)
    // Neither an environment nor a header can hold it.
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}
