import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createPrinter, type Printer } from '../../src/cli/print/printer.ts'
import { createProgress } from '../../src/cli/progress.ts'
import type { ServerState, StackEvent } from '../../src/stack/events.ts'
import { projectOf } from '../helpers/projects.ts'

const project = projectOf({ customers: [{ name: 'Acme', environment: 'prod', mcp_servers: [] }] })

function state(state: ServerState, reason: string, hint = ''): StackEvent {
  return { type: 'state', customer: 'acme', server: 'grafana', state, reason, hint, seconds: 1.23 }
}

const DONE: StackEvent = { type: 'done', ready: 0, total: 1, failed: 1, seconds: 60 }

/** What these events print where there is no terminal. */
function printed(mode: Printer['mode'], ...events: StackEvent[]): string {
  let text = ''
  const write = (chunk: unknown, _: unknown, done: () => void) => {
    text += String(chunk)
    done()
  }
  const stream = new Writable({ write }) as unknown as NodeJS.WriteStream
  const print = createPrinter({ mode, color: false, stdout: stream, stderr: stream })
  const progress = createProgress({ print, project, stream })
  events.forEach(progress.emit)
  progress.end()
  return text
}

describe('the progress of up, without a terminal', () => {
  it('says each state in words, with its reason and its hint', () => {
    expect(printed('text', state('ready', '9 tools'))).toBe(
      'Acme (acme) PROD grafana: ready, 9 tools (1.2 s)\n',
    )
    expect(printed('text', state('crash_loop', 'ended with exit code 1', 'look at its log'))).toBe(
      'Acme (acme) PROD grafana: crash loop: ended with exit code 1 (1.2 s)\n  look at its log\n',
    )
  })

  it.each(['text', 'quiet'] as const)('names a server that is still starting at the end (%s)', mode => {
    const late = printed(mode, state('starting', 'connection refused'), DONE)
    expect(late).toContain('Acme (acme) PROD grafana: still starting\n')
    expect(late).toContain(' logs acme grafana` to see why\n')
    const inTime = printed(mode, state('starting', 'connection refused'), state('ready', '9 tools'), DONE)
    expect(inTime).not.toContain('still starting')
  })

  it('says nothing of servers that had no time to start because the command was interrupted', () => {
    expect(printed('quiet', state('starting', 'connection refused'))).toBe('')
  })

  it('prints only failures with --quiet', () => {
    expect(printed('quiet', state('ready', '9 tools'), { type: 'note', text: 'by the way' })).toBe('')
  })

  it('prints one JSON object per event with --json', () => {
    expect(JSON.parse(printed('json', state('auth_required', '401')))).toMatchObject({
      state: 'auth_required',
    })
  })
})
