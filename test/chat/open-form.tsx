import type { AnswerServer, ServerAnswer } from '../../src/mcp/connection.ts'
import type { Toolset } from '../../src/toolset/toolset.ts'
import { callThenSay } from '../helpers/scripted-platform.ts'
import { chat, toolsetOf } from './open-chat.tsx'

/** A chat whose question makes a call, during which the server asks each of these, one after the other. */
export function formChat(...asked: Record<string, unknown>[]) {
  let answer: AnswerServer | undefined
  const answers: ServerAnswer[] = []
  const gone = new AbortController()
  const asking = (id: string): Toolset => ({
    ...toolsetOf(id),
    async call() {
      for (const params of asked)
        answers.push(
          (await answer?.({ customer: id, server: 's', params, signal: gone.signal })) ?? {
            action: 'cancel',
          },
        )
      return { kind: 'answered', text: JSON.stringify(answers), took: 3, cutBytes: 0 }
    },
  })
  const opened = chat(
    callThenSay(['s__write', {}]),
    {},
    {
      answerServers(given) {
        answer = given
      },
    },
    async id => asking(id),
  )
  const { screen, sees } = opened
  /** A line into the form, once it takes keys. */
  const enter = async (prompt: string, line: string) => {
    await sees(`› ${prompt}`.trimEnd())
    screen.stdin.write(line)
    if (line) await sees(`${prompt}${line}`)
    screen.stdin.write('\r')
  }
  const ask = async () => {
    await sees('1 tool')
    screen.stdin.write('go?')
    await sees('go?')
    screen.stdin.write('\r')
  }
  return { ...opened, answers, enter, ask, gone, answerNow: () => answer }
}
