// Tasks: calls whose results are fetched later, from the server that has the task. In 2025-11-25 the client asks for one; in
// 2026-07-28, where they are an extension, the server decides.
// https://modelcontextprotocol.io/specification/2025-11-25/basic/utilities/tasks
// https://modelcontextprotocol.io/seps/2663-tasks-extension

import { INTERNAL_ERROR, INVALID_PARAMS } from '../../../base/http/rpc-codes.ts'
import { isRecord } from '../../../base/records.ts'
import type { RawAnswer } from '../../../mcp/connection.ts'
import type { ConnectionPool } from '../../../mcp/pool.ts'
import { allPages } from '../../../mcp/wire/listing/pages.ts'
import { failure, passed, unavailableWords } from '../../calls/pass.ts'
import type { Answer, Answers, FaceAsking, FaceContext } from '../context.ts'

type TaskContext = Pick<FaceContext, 'customer' | 'live' | 'pool' | 'tasks'>

export interface Tasks {
  answers: Answers
  /** Remembers the task, if a call was answered with one. */
  noteCall(params: Record<string, unknown>, answer: RawAnswer, asking: FaceAsking): Promise<void>
}

export function taskAnswers({ customer, live, pool: shared, tasks: book }: TaskContext): Tasks {
  const forwarded =
    (method: string, repeatable: boolean): Answer =>
    async (params, { by, pool = shared, signal, onProgress }) => {
      const task = book.of(params.taskId, by.id)
      if (!task) return failure(INVALID_PARAMS, 'Task not found')
      const { offeredTo } = await live.current()
      if (!offeredTo(by).some(one => one.name === task.tool))
        return failure(INVALID_PARAMS, `the tool of this task, ${task.tool}, is not offered any more`)
      const key = { customer, server: task.server }
      const answered = await pool.request(key, { method, params }, { signal, onProgress, repeatable })
      return 'state' in answered
        ? failure(INTERNAL_ERROR, unavailableWords(task.server, answered))
        : passed(answered.result)
    }

  return {
    answers: {
      'tasks/get': forwarded('tasks/get', true),
      'tasks/result': forwarded('tasks/result', true),
      'tasks/cancel': forwarded('tasks/cancel', false),
      'tasks/update': forwarded('tasks/update', false),
      async 'tasks/list'(_params, { by, pool = shared }) {
        const lists = book.serversOf(by.id).map(server =>
          tasksOn({ customer, server }, pool)
            .catch(() => [])
            .then(list => ({ server, list })),
        )
        const tasks = (await Promise.all(lists)).flatMap(({ server, list }) =>
          list.filter(one => isRecord(one) && book.of(one.taskId, by.id)?.server === server),
        )
        return passed({ tasks })
      },
    },
    async noteCall({ name, task }, answer, { by }) {
      const taskId = 'error' in answer ? undefined : taskIdIn(answer.result, isRecord(task))
      if (taskId === undefined) return
      const tool = (await live.current()).offeredTo(by).find(one => one.name === name)
      if (tool) book.note(taskId, by.id, { server: tool.server, tool: tool.name })
    },
  }
}

function taskIdIn(
  { task, resultType, taskId: flat }: Record<string, unknown>,
  isAsked: boolean,
): string | undefined {
  const taskId = resultType === 'task' ? flat : isAsked && isRecord(task) ? task.taskId : undefined
  return typeof taskId === 'string' ? taskId : undefined
}

/** All tasks that a server lists, from any client. */
async function tasksOn(key: { customer: string; server: string }, pool: ConnectionPool): Promise<unknown[]> {
  return allPages(async params => {
    const answered = await pool.request(key, { method: 'tasks/list', params }, { repeatable: true })
    const { tasks, nextCursor } = 'state' in answered ? {} : (answered.result as Record<string, unknown>)
    return {
      items: Array.isArray(tasks) ? tasks : [],
      next: typeof nextCursor === 'string' ? nextCursor : undefined,
    }
  }, 'tasks')
}
