import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createPrinter, type Printer } from '../../../src/cli/print/printer.ts'
import { createProgress, type ProgressOptions } from '../../../src/cli/progress/progress.ts'
import type { PlannedStep, ServerState, StackEvent } from '../../../src/stack/events.ts'
import { projectOf } from '../../helpers/projects.ts'

const customers = ['Acme', 'Globex', 'Initech', 'Umbrella'].map(name => ({ name, mcp_servers: [] }))
const project = projectOf({ customers: [{ ...customers[0], environment: 'prod' }, ...customers.slice(1)] })

function state(customer: string, state: ServerState, reason: string, hint = ''): StackEvent {
  return { type: 'state', customer, server: 'grafana', state, reason, hint, seconds: 1.23 }
}

function planned(kind: PlannedStep['kind'], ...servers: string[]): StackEvent {
  const cause = kind === 'keep' ? 'running, unchanged' : 'does not exist yet'
  return { type: 'planned', runtime: 'docker', steps: servers.map(server => ({ kind, server, cause })) }
}

const FOUR = ['acme/grafana', 'globex/grafana', 'initech/grafana', 'umbrella/grafana']
const DONE: StackEvent = { type: 'done', ready: 0, total: 1, failed: 1, seconds: 60 }

/** What these events print where there is no terminal. */
function printed(mode: Printer['mode'], events: StackEvent[], more: Partial<ProgressOptions> = {}): string {
  let text = ''
  const write = (chunk: unknown, _: unknown, done: () => void) => {
    text += String(chunk)
    done()
  }
  const stream = new Writable({ write }) as unknown as NodeJS.WriteStream
  const print = createPrinter({ mode, color: false, command: 'supportmax', stdout: stream, stderr: stream })
  const progress = createProgress({ print, project, stream, ...more })
  events.forEach(progress.emit)
  progress.end()
  return text
}

describe('the progress of up, without a terminal', () => {
  it('says the state of each server as it becomes final, and at the end why it is not ready', () => {
    expect(printed('text', [state('acme', 'ready', '9 tools')])).toBe(
      'Acme (acme) PROD grafana: ready, 9 tools (1.2 s)\n',
    )
    const hint = 'run `supportmax logs acme grafana`'
    expect(printed('text', [state('acme', 'crash_loop', 'ended with exit code 1', hint), DONE])).toBe(
      [
        'Acme (acme) PROD grafana: crash loop (1.2 s)',
        'Acme (acme) PROD grafana: crash loop: ended with exit code 1',
        '  run `supportmax logs acme grafana`',
        'when that is fixed, run `supportmax up acme`',
        '',
      ].join('\n'),
    )
  })

  it('names a cause that several servers share once, with all of them and one next step', () => {
    const events = ['acme', 'globex', 'initech', 'umbrella'].map(id =>
      state(
        id,
        'degraded',
        'test call failed: list_datasources: 401 Unauthorized',
        `check the credentials and the address of ${id}/grafana, then run \`supportmax up ${id}\``,
      ),
    )
    expect(printed('quiet', [planned('create', ...FOUR), ...events, DONE])).toBe(
      [
        '4 servers degraded: test call failed: list_datasources: 401 Unauthorized',
        '  grafana of all 4 customers',
        '  check the credentials and the address',
        'when that is fixed, run `supportmax up`',
        '',
      ].join('\n'),
    )
  })

  it('keeps causes apart that differ in more than whose they are', () => {
    const text = printed('quiet', [
      planned('create', ...FOUR),
      state('acme', 'starting', 'no answer within 60 s (127.0.0.1:3101: connection refused)', 'a'),
      state('globex', 'starting', 'no answer within 60 s (127.0.0.1:3102: connection refused)', 'a'),
      state('initech', 'auth_required', 'a', 'b'),
      DONE,
    ])
    expect(text).toContain(
      '2 servers still starting: no answer within 60 s (connection refused)\n  grafana of Acme PROD, Globex\n  a\n',
    )
    expect(text).toContain('Initech (initech) grafana: sign-in required: a\n  b\n')
    expect(text).toContain('when that is fixed, run `supportmax up acme globex initech`\n')
  })

  it('puts steps of one kind and cause on one line, but names each server of a plan that is not carried out', () => {
    expect(printed('text', [planned('create', ...FOUR)])).toBe(
      'plan (docker)\n  create   4 servers: does not exist yet\n',
    )
    expect(printed('text', [planned('create', ...FOUR.slice(0, 2))])).toContain(
      '  create   acme/grafana, globex/grafana: does not exist yet\n',
    )
    expect(printed('text', [planned('create', ...FOUR)], { plan: 'each' })).toBe(
      ['plan (docker)', ...FOUR.map(server => `  create   ${server}: does not exist yet`), ''].join('\n'),
    )
  })

  it('is one line where nothing was to be done and everything is ready', () => {
    const events = [planned('keep', ...FOUR), state('acme', 'ready', '9 tools'), DONE]
    expect(printed('text', events)).toBe('nothing to change: 4 unchanged (docker)\n')
  })

  it('prints the image that is built, but not that a server starts or is probed', () => {
    const about = { type: 'progress', customer: 'globex', server: 'grafana' } as const
    expect(
      printed('text', [
        { ...about, phase: 'preparing', text: 'building x:1' },
        { ...about, phase: 'starting', text: 'starting' },
        { ...about, phase: 'probing', text: 'probing' },
      ]),
    ).toBe('Globex (globex) grafana: building x:1\n')
  })

  it('prints only failures with --quiet', () => {
    expect(printed('quiet', [state('acme', 'ready', '9 tools'), { type: 'note', text: 'by the way' }])).toBe(
      '',
    )
  })

  it('prints one JSON object per event with --json', () => {
    expect(JSON.parse(printed('json', [state('acme', 'auth_required', '401')]))).toMatchObject({
      state: 'auth_required',
    })
  })
})
