import { oneLine } from '../../base/text/words.ts'
import { PlatformFault, type ToolSpec } from '../../platforms/platform.ts'
import { blameOf } from './blame.ts'
import { culpritOf } from './culprit.ts'
import type { PlatformModel, Quarantine } from './quarantine.ts'

export interface LessonOptions {
  platform: PlatformModel
  memory: Quarantine
  /** A tool that every platform accepts, and that is never to blame. */
  plain: ToolSpec
  /** Whether the turn is accepted with these tools. */
  accepts(tools: readonly ToolSpec[]): Promise<boolean>
}

const LONGEST_REASON = 120
/** So many rejections that name one tool each may mean any tool. */
const MANY = 3

/** What one turn learns from its rejections about the tools. */
export function openLessons({ platform, memory, plain, accepts }: LessonOptions) {
  const held: ToolSpec[] = []
  let named = 0
  let isLimitGuessed = false
  let hasPassed = false

  function hold(bad: readonly (ToolSpec | undefined)[], fault: PlatformFault): boolean {
    const tools = bad.filter(tool => tool !== undefined && tool.name !== plain.name) as ToolSpec[]
    held.push(...tools)
    for (const tool of tools)
      memory.hold(platform, tool, `rejected: ${oneLine(fault.message, LONGEST_REASON)}`)
    return tools.length > 0
  }

  /** The fault to report when the tools are not the reason after all. */
  function forgotten(fault: PlatformFault): PlatformFault {
    memory.forget(platform, { tools: held })
    if (isLimitGuessed) memory.forget(platform, 'limit')
    return fault
  }

  async function search(
    tools: readonly ToolSpec[],
    fault: PlatformFault,
  ): Promise<PlatformFault | undefined> {
    const culprit = await culpritOf(tools, plain, accepts)
    if (culprit.kind === 'other') return forgotten(orRejected(fault))
    if (culprit.kind === 'passing') {
      const isAgain = hasPassed
      hasPassed = true
      return isAgain ? fault : undefined
    }
    if (culprit.kind === 'tool') return hold([tools[culprit.index]], fault) ? undefined : fault
    memory.limit(platform, culprit.most)
    isLimitGuessed = true
    return undefined
  }

  return {
    /** Finds and remembers what to leave out, so that the turn can be sent again; else returns the fault to report. */
    async learn(tools: readonly ToolSpec[], fault: PlatformFault): Promise<PlatformFault | undefined> {
      if (isLimitGuessed) return forgotten(fault)
      const blame = tools.length > 0 ? blameOf(fault, platform.dialect, tools) : undefined
      if (!blame) return fault
      if (blame.kind === 'some-tool') return search(tools, fault)
      if (blame.kind === 'number') {
        memory.limit(platform, blame.most)
        return undefined
      }
      if (
        !hold(
          blame.indexes.map(index => tools[index]),
          fault,
        )
      )
        return fault
      const isSuspicious = ++named === MANY && !(await accepts([plain]))
      return isSuspicious ? forgotten(orRejected(fault)) : undefined
    },
  }
}

/** Its tools are not the reason, so nothing is known to be wrong with the request: another platform may accept it. */
function orRejected(fault: PlatformFault): PlatformFault {
  const { platform, kind, message, cause, remedy, retry, usage } = fault
  return kind === 'bad_request'
    ? new PlatformFault(platform, 'rejected', message, { cause, remedy, retry, usage })
    : fault
}
