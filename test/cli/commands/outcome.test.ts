import { expect, it } from 'vitest'
import { emptyResult, printResult, type QuestionResult } from '../../../src/cli/commands/chat/outcome.ts'
import { createPrinter } from '../../../src/cli/print/printer.ts'

const AT_ONCE = { seconds: 1, signal: AbortSignal.abort() }
const ANSWER: QuestionResult['ending'] = {
  type: 'answer',
  text: 'All is well.',
  turns: 1,
  platform: 'openai',
  model: 'm',
  rule: undefined,
  crossCheck: undefined,
}

const CALL = {
  number: 1,
  server: 'am',
  tool: 'list_alerts',
  args: {},
  effect: 'read' as const,
  outcome: 'answered',
  ms: 5,
  error: null,
}

function printed(ending: QuestionResult['ending'], deadline?: typeof AT_ONCE) {
  const written: string[] = []
  const stream = { write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream
  const print = createPrinter({ mode: 'json', color: false, stdout: stream, stderr: stream })
  const code = printResult(
    { customer: { id: 'acme' } },
    { ...emptyResult(), calls: [{ ...CALL, result: '3 alerts' }], ending },
    { print, deadline },
  )
  return { code, ...JSON.parse(written.find(text => text.startsWith('{')) ?? '{}') }
}

it('an answer that came just before the deadline is an answer', () => {
  expect(printed(ANSWER, AT_ONCE)).toMatchObject({ code: 0, answer: 'All is well.', error: null })
})

it('JSON says that the time was over, and not that a person cancelled', () => {
  expect(printed({ type: 'cancelled' }, AT_ONCE)).toMatchObject({
    code: 124,
    error: 'timed out after 1 s (--timeout)',
  })
  expect(printed({ type: 'cancelled' }, undefined)).toMatchObject({ code: 130, error: 'cancelled' })
})

it('JSON holds what the tools returned if there is no answer: the results were paid for', () => {
  const failed = { type: 'failed', reason: 'overloaded', hint: undefined, code: 'no-platform' } as const
  expect(printed(failed)).toMatchObject({ code: 5, calls: [{ ...CALL, result: '3 alerts' }] })
  expect(printed(ANSWER).calls).toEqual([CALL])
})
