import type { Session } from '../../agent/session.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import { firstOf } from '../../base/text/words.ts'
import type { ServerKey } from '../../config/project.ts'
import { GRAVITY, gravestOf } from '../../toolset/policy/effect.ts'
import type { Effect, Toolset } from '../../toolset/toolset.ts'
import type { ViewStore } from '../view/store.ts'
import { publishedOf } from '../view/view.ts'

interface ListWork {
  session: Session
  /** Calls back whenever a server says that its tools have changed. */
  watchLists?(changed: (key: ServerKey) => void): void
}

/** Servers that change several things say so several times. */
const TOGETHER_MS = 300

/** Offers the tools of the customer on the screen as they are now, and says what has changed. */
export function followLists({ session, watchLists }: ListWork, store: ViewStore, signal: AbortSignal): void {
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let isUpdating = false

  async function update(customerId: string): Promise<void> {
    const before = session.current()
    if (before?.customer.id !== customerId || store.view().customer.id !== customerId) return
    const updated = await session.refresh(signal)
    if (!updated.ok || store.view().customer.id !== customerId) return
    const text = changeText(before, updated.toolset)
    if (text === undefined) return
    store.dispatch({ type: 'relisted', customer: customerId, toolset: publishedOf(updated.toolset) })
    store.note(text)
  }

  function begin(): void {
    // Not begun anew: a server that never stops saying so would hide all changes.
    if (!isUpdating) timer ??= setTimeout(updateAll, TOGETHER_MS).unref()
  }

  /** One at a time: the next one would call off a listing that takes longer than the pause between them. */
  async function updateAll(): Promise<void> {
    timer = undefined
    isUpdating = true
    const customers = [...changed]
    changed.clear()
    for (const customer of customers) await update(customer).catch(() => {})
    isUpdating = false
    if (changed.size > 0 && !signal.aborted) begin()
  }

  watchLists?.(({ customer }) => {
    changed.add(customer)
    begin()
  })
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
}

/** `tools have changed: new: grafana · search; gone: grafana · query`; undefined if they are the same. */
export function changeText(
  before: Pick<Toolset, 'tools' | 'withheld'>,
  now: Pick<Toolset, 'tools' | 'withheld'>,
): string | undefined {
  const parts = [
    part('new', now.tools, [...before.tools]),
    part('withheld', now.withheld, [...before.withheld]),
    part('gone', before.tools, [...now.tools, ...now.withheld]),
    part('may change something now', turned(before, now, 'write'), []),
    part('may destroy something now', turned(before, now, 'destructive'), []),
  ].filter(Boolean)
  return parts.length === 0 ? undefined : `tools have changed: ${parts.join('; ')}`
}

type Named = readonly { server: string; tool: string }[]

/** Tools that did less before, by the gravest of what their calls may do. */
function turned(before: Pick<Toolset, 'tools'>, now: Pick<Toolset, 'tools'>, kind: Effect['kind']): Named {
  const known = new Map(before.tools.map(one => [nameOf(one), gravestOf(one)]))
  return now.tools.filter(one => {
    const was = known.get(nameOf(one))
    return was !== undefined && gravestOf(one) === kind && GRAVITY[was] < GRAVITY[kind]
  })
}

/** Those of a list that the other one does not have. */
function part(what: string, list: Named, other: Named): string {
  const known = new Set(other.map(nameOf))
  const names = list.map(nameOf).filter(name => !known.has(name))
  return names.length === 0 ? '' : `${what}: ${firstOf(names)}`
}

function nameOf({ server, tool }: Named[number]): string {
  return [server, tool]
    .filter(Boolean)
    .map(one => cleanLine(one))
    .join(' · ')
}
