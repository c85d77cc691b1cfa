// Which task is whose: each is between the principal that made it and the server that has it.

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

export function openTaskBook(most = MOST_TASKS): TaskBook {
  const tasks = new Map<string, KnownTask & { by: string }>()
  const keyOf = (id: string, by: string) => JSON.stringify([by, id])
  return {
    note(id, by, task) {
      const known = tasks.get(keyOf(id, by))
      tasks.delete(keyOf(id, by))
      // An id that two servers have given names neither task.
      if (known && known.server !== task.server) return
      tasks.set(keyOf(id, by), { ...task, by })
      for (const oldest of tasks.keys()) {
        if (tasks.size <= most) break
        tasks.delete(oldest)
      }
    },
    of: (id, by) => (typeof id === 'string' ? tasks.get(keyOf(id, by)) : undefined),
    serversOf: by => [...new Set([...tasks.values()].flatMap(one => (one.by === by ? one.server : [])))],
  }
}
