import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../../src/base/text/columns.ts'
import { advance, emptyBoard } from '../../../src/cli/progress/board.ts'
import { finalLines, liveLines } from '../../../src/cli/progress/board-lines.ts'
import { namesOf } from '../../../src/cli/progress/names.ts'
import type { StackEvent } from '../../../src/stack/events.ts'
import { projectOf } from '../../helpers/projects.ts'

const style = (_: string, text: string) => text
const SERVERS = ['grafana', 'genesys']

function boardOf(count: number, kind: 'create' | 'remove' = 'create') {
  const ids = Array.from({ length: count }, (_, index) => `customer-${index}`)
  const customers = ids.map((_, index) => ({ name: `Customer ${index}`, mcp_servers: [] }))
  const names = namesOf(projectOf({ customers }).customers, style)
  const board = emptyBoard()
  const steps = ids.flatMap(id => SERVERS.map(server => ({ kind, server: `${id}/${server}`, cause: 'c' })))
  advance(board, { type: 'planned', runtime: 'docker', steps })
  return {
    board,
    ids,
    tell(...events: StackEvent[]) {
      for (const event of events) advance(board, event)
    },
    live: (size: { columns: number; rows: number }) => liveLines(board, 7.9, { ...size, names, style }),
    final: (size: { columns: number; rows: number }) => finalLines(board, { ...size, names, style }),
  }
}

function ready(customer: string, server: string): StackEvent {
  return { type: 'state', customer, server, state: 'ready', reason: '9 tools', hint: '', seconds: 1 }
}

function progress(
  customer: string,
  server: string,
  phase: 'preparing' | 'starting' | 'probing',
  text: string = phase,
): StackEvent {
  return { type: 'progress', customer, server, phase, text }
}

function bad(customer: string, server: string): StackEvent {
  return {
    ...ready(customer, server),
    state: 'degraded',
    reason: 'Grafana answers 401',
    hint: 'h',
  } as StackEvent
}

const WIDE = { columns: 80, rows: 22 }

describe('the board of up', () => {
  it('has one line for each customer, and says what it waits for by name', () => {
    const { tell, live } = boardOf(2)
    expect(live(WIDE)).toEqual([
      '  Customer 0  0 of 2 ready',
      '  Customer 1  0 of 2 ready',
      '[----------] 0 of 4 ready · 7 s · waiting for Customer 0 grafana, +3',
    ])
    tell(
      progress('customer-0', 'grafana', 'probing'),
      progress('customer-0', 'genesys', 'starting'),
      ready('customer-1', 'grafana'),
      ready('customer-1', 'genesys'),
    )
    expect(live(WIDE)).toEqual([
      '  Customer 0  0 of 2 ready · waiting for grafana, 1 starting',
      '  Customer 1  2 of 2 ready',
      '[#####-----] 2 of 4 ready · 7 s · waiting for Customer 0 grafana, +1',
    ])
  })

  it('shows an image only while it is built', () => {
    const { tell, live } = boardOf(1)
    tell(progress('customer-0', 'genesys', 'preparing', 'building x:1'))
    expect(live(WIDE)).toEqual([
      '  Customer 0  0 of 2 ready · genesys: building x:1',
      '[----------] 0 of 2 ready · 7 s · building x:1',
    ])
    tell(progress('customer-0', 'genesys', 'starting'))
    expect(live(WIDE).join('\n')).not.toContain('building')
  })

  it('grows a line for a server with a bad final state, and counts it as failed', () => {
    const { tell, live, final } = boardOf(2)
    tell(bad('customer-0', 'grafana'))
    expect(live(WIDE)).toEqual([
      '  Customer 0  0 of 2 ready',
      '    grafana: degraded: Grafana answers 401',
      '  Customer 1  0 of 2 ready',
      '[xx--------] 0 of 4 ready · 1 failed · 7 s · waiting for Customer 0 genesys, +2',
    ])
    expect(final(WIDE)[0]).toBe('  Customer 0  0 of 2 ready, not ready: grafana')
  })

  it('folds complete customers where lines are short, then those that were not begun', () => {
    const { ids, tell, live } = boardOf(40)
    for (const id of ids.slice(0, 10)) tell(ready(id, 'grafana'), ready(id, 'genesys'))
    tell(bad('customer-30', 'grafana'))
    const lines = live({ columns: 80, rows: 8 })
    expect(lines).toEqual([
      '  10 customers complete',
      '  Customer 30  0 of 2 ready',
      '    grafana: degraded: Grafana answers 401',
      '  Customer 10  0 of 2 ready',
      '  Customer 11  0 of 2 ready',
      '  Customer 12  0 of 2 ready',
      '  … and 26 more customers',
      '[##x-------] 20 of 80 ready · 1 failed · 7 s · waiting for Customer 10 gr…, +58',
    ])
  })

  it.each([
    [80, 24],
    [100, 40],
    [30, 6],
  ])('never needs more than a terminal of %i × %i', (columns, rows) => {
    const { ids, tell, live, final } = boardOf(50)
    for (const id of ids.slice(0, 20)) tell(bad(id, 'grafana'), progress(id, 'genesys', 'probing'))
    for (const lines of [live({ columns, rows }), final({ columns, rows })]) {
      expect(lines.length).toBeLessThanOrEqual(rows)
      for (const line of lines) expect(columnsOf(line)).toBeLessThan(columns)
    }
  })
})

describe('the board of down', () => {
  it('counts what is removed', () => {
    const { tell, live } = boardOf(2, 'remove')
    tell({ type: 'removed', customer: 'customer-1', server: 'genesys' })
    expect(live(WIDE)).toEqual([
      '  Customer 0  0 of 2 removed',
      '  Customer 1  1 of 2 removed',
      '[##--------] 1 of 4 removed · 7 s · waiting for Customer 0 grafana, +2',
    ])
  })
})
