import { countText } from '../../../base/text/amounts.ts'
import type { CallProgress } from '../../../toolset/toolset.ts'

const CELLS = 20

/** `████████░░░░░░░░░░░░ 40 %  scanning shard 8 of 20`; without a total, only what the server has counted. */
export function progressText({ done, total, text }: CallProgress): string {
  const known = total === undefined ? (done > 0 ? countText(done) : '') : bar(Math.min(1, done / total))
  return [known, text].filter(Boolean).join('  ')
}

function bar(part: number): string {
  const full = Math.floor(part * CELLS)
  return `${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${Math.floor(part * 100)} %`
}
