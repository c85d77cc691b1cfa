import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FORMAT } from '../../src/recordings/line.ts'
import { readRecording } from '../../src/recordings/replay.ts'
import { newFolder } from '../helpers/folder.ts'

const FOLDER = join(import.meta.dirname, 'formats')
const files = readdirSync(FOLDER)

describe('the format of recordings', () => {
  it('has a file of each version, including the current one', () => {
    const versions = new Set(files.map(name => Number.parseInt(name, 10)))
    expect(versions).toEqual(new Set(Array.from({ length: FORMAT }, (_, i) => i + 1)))
  })

  it.each(files)('%s is read completely', async name => {
    const recording = readRecording(join(FOLDER, name))
    expect(recording.isCut).toBe(false)
    expect(recording.questions.map(one => [one.text, one.isCritical])).toEqual([
      ['What is it?', false],
      ['Is it bad?', true],
    ])
    expect(recording.toolset().tools.map(one => one.name)).toEqual(['am__list'])
    const result = await recording.toolset().call('am__list', { n: 1 }, { approve: async () => never() })
    expect(result).toMatchObject({ kind: 'answered', text: 'result 1 with ‹hidden›' })
    const { peers } = recording.platforms(recording.questions[1]?.id ?? '')
    expect(peers().map(one => one.name)).toEqual(['google_gemini'])
  })

  it('of a newer version is rejected in words, and the file is not changed', () => {
    const folder = newFolder()
    const file = join(folder, 'newer.jsonl')
    const text = `{"format":${FORMAT + 1},"whose":"of a shape that is not known yet"}\n{}\n`
    writeFileSync(file, text)
    expect(() => readRecording(file)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: `--replay ${file}: written by a newer supportmax (format ${FORMAT + 1}; this one reads up to ${FORMAT})`,
        hint: 'upgrade supportmax to replay it',
      }),
    )
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})

function never(): never {
  throw new Error('a recording asks for no approval')
}
