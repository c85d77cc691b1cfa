// Which task belongs to whom: to the principal that made it, at the server that has it.

export interface KnownTask {
  server: string
  /** The tool that was called, by the name that clients know. */
  tool: string
}

export interface TaskBook {
  note(id: string, by: string, task: KnownTask): void
  /** Undefined for a task that is not there, or is another principal's. */
  of(id: unknown, by: string): KnownTask | undefined
  /** Servers that have tasks of this principal. */
  serversOf(by: string): string[]
}

/** Tasks remembered for one customer; beyond that, the oldest are forgotten. */
const MOST_TASKS = 10_000

/** In place of the server, for an id that two servers have given. */
const NOBODY = ''

export function openTaskBook(most = MOST_TASKS): TaskBook {
  const tasks = new Map<string, KnownTask & { by: string }>()
  const keyOf = (id: string, by: string) => JSON.stringify([by, id])
  return {
    note(id, by, task) {
      const known = tasks.get(keyOf(id, by))
      tasks.delete(keyOf(id, by))
      // An id that two servers have given names neither task, even if one of them gives it again.
      const isTwice = known !== undefined && known.server !== task.server
      tasks.set(keyOf(id, by), { ...task, by, ...(isTwice && { server: NOBODY }) })
      for (const oldest of tasks.keys()) {
        if (tasks.size <= most) break
        tasks.delete(oldest)
      }
    },
    of(id, by) {
      const task = typeof id === 'string' ? tasks.get(keyOf(id, by)) : undefined
      return task?.server === NOBODY ? undefined : task
    },
    serversOf(by) {
      const own = [...tasks.values()].filter(one => one.by === by && one.server !== NOBODY)
      return [...new Set(own.map(one => one.server))]
    },
  }
}
