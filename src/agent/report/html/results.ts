// What tools returned, below a document: closed, and only as much as a browser can hold.

import { bytes } from '../../../base/text/amounts.ts'
import { clean, cleanLine } from '../../../base/text/terminal-text.ts'
import { callName } from '../../event-text.ts'
import type { Evidence } from '../../evidence/book.ts'
import { escaped } from './blocks.ts'

/** In characters: of one result, and of all. */
const MOST = 64_000
const MOST_OF_ALL = 4_000_000

export function resultBlocks(evidence: readonly Evidence[]): string {
  if (evidence.length === 0) return ''
  let left = MOST_OF_ALL
  const blocks = evidence.map(one => {
    const { text, note } = partOf(one, Math.min(MOST, left))
    left -= text.length
    const words = note === '' ? '' : `\n<p><em>${escaped(note)}</em></p>`
    return `<details>
<summary>[${one.number}] ${escaped(cleanLine(callName(one)))} (${bytes(one.size)})</summary>
<pre><code>${escaped(text)}</code></pre>${words}
</details>`
  })
  return ['<h2>Results</h2>', ...blocks].join('\n')
}

function partOf(one: Evidence, most: number): { text: string; note: string } {
  try {
    const whole = one.text()
    const text = clean(whole.slice(0, most).toWellFormed())
    if (whole.length <= most) return { text, note: '' }
    return {
      text,
      note: `The first ${bytes(Buffer.byteLength(text))} of ${bytes(one.size)}; the JSON export has all of it.`,
    }
  } catch {
    return { text: '', note: 'This result is not kept any more.' }
  }
}
