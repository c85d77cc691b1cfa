// What a call would do, found out by tools that only read, of the same server and customer.

import { reasonOf } from '../../base/errors.ts'
import { isRecord } from '../../base/records.ts'
import { redactedLine } from '../../base/redact.ts'
import { TIMEOUTS } from '../../base/timeouts.ts'
import type { DryRunName } from '../../catalog/type.ts'
import { effectOf } from '../../toolset/policy/effect.ts'
import type { Approve, Toolset } from '../../toolset/toolset.ts'
import { alertmanagerExpiry, alertmanagerSilence } from './alertmanager.ts'
import { grafanaSilence } from './grafana.ts'
import type { DryRun, ReadTool } from './parts.ts'

const RUNS: Record<DryRunName, DryRun> = {
  'alertmanager-silence': alertmanagerSilence,
  'alertmanager-expiry': alertmanagerExpiry,
  'grafana-silence': grafanaSilence,
}

interface DryRunOptions {
  signal: AbortSignal
  now(): Date
}

/** Lines that replace each other as more becomes known; none if there is no dry run of this call. Never throws. */
export async function* dryRun(
  toolset: Toolset,
  { server, tool, args }: { server: string; tool: string; args: unknown },
  { signal, now }: DryRunOptions,
): AsyncGenerator<readonly string[]> {
  const offered = toolset.tools.find(one => one.server === server && one.tool === tool)
  if (!offered?.dryRun || !isRecord(args)) return
  const stop = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUTS.dryRun)])
  let known: readonly string[] = []
  try {
    for await (const lines of RUNS[offered.dryRun](args, {
      read: readerOf(toolset, server, stop),
      now: now(),
    })) {
      known = lines
      yield [...lines]
    }
  } catch (error) {
    if (!signal.aborted)
      yield [
        ...known.filter(one => !one.endsWith('…')),
        `could not ask what it would do: ${whyNot(error, stop)}`,
      ]
  }
}

function whyNot(error: unknown, stop: AbortSignal): string {
  return stop.aborted ? 'no answer in time' : redactedLine(reasonOf(error), 200)
}

const NO_APPROVAL: Approve = async () => ({ allowed: false, reason: 'it needs approval itself' })

/** Reads by one server of this toolset; anything but a read is refused here, and by the toolset. */
function readerOf(toolset: Toolset, server: string, signal: AbortSignal): ReadTool {
  return async (names, args) => {
    const reads = toolset.tools.filter(one => one.server === server && effectOf(one, args).kind === 'read')
    const tool = names.flatMap(name => reads.find(one => one.tool === name) ?? [])[0]
    if (!tool) throw new Error(`${server} offers no ${names.join(' or ')}`)
    const { kind, text, whole = text } = await toolset.call(tool.name, args, { signal, approve: NO_APPROVAL })
    if (kind !== 'answered') throw new Error(text)
    return JSON.parse(whole)
  }
}
