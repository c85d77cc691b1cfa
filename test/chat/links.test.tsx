import { Text } from 'ink'
import { render } from 'ink-testing-library'
import { describe, expect, it } from 'vitest'
import { addressOf } from '../../src/chat/commands/servers/address.ts'
import { FinishedItem } from '../../src/chat/draw/FinishedItem.tsx'
import { Linking } from '../../src/chat/draw/text/tone.tsx'
import { canLink, linkText } from '../../src/chat/terminal/links.ts'
import type { Project } from '../../src/config/project.ts'
import { customerOf, serverOf } from '../helpers/customer-of.ts'
import { say } from '../helpers/scripted-platform.ts'
import { chat } from './open-chat.tsx'

const OSC_8 = '\u001b]8;'

describe('the address of a system', () => {
  const of = (name: string, value: string | { template: string }) => addressOf({ env: [{ name, value }] })

  it('is the one of the configuration', () => {
    expect(of('GRAFANA_URL', 'https://grafana.acme.example/x')).toBe('https://grafana.acme.example/x')
    expect(of('ALERTMANAGER_URL', 'http://127.0.0.1:9093')).toBe('http://127.0.0.1:9093')
  })

  it.each([
    ['GRAFANA_URL', 'https://user:secret@grafana.example'],
    ['GRAFANA_URL', 'javascript:alert(1)'],
    ['GRAFANA_URL', { template: 'https://{host}' }],
    ['PROXY_URL', 'https://grafana.example'],
  ])('is none in %s=%j', (name, value) => {
    expect(of(name, value)).toBe(undefined)
  })

  it('is shown whole by /status', async () => {
    const env = [{ name: 'GRAFANA_URL', value: 'https://grafana.acme.example/' }]
    const north = customerOf('north', [serverOf('north', 's', { env })], { name: 'Nordwind' })
    const project = { customers: [north], file: '/here/mcp_servers.json' } as Project
    const { sees, type } = chat(() => say('fine'), {}, { project, customer: north })
    await sees('1 tool')
    await type('/status')
    await sees('  s: https://grafana.acme.example/')
  })
})

describe('a link', () => {
  const item = { id: 1, kind: 'link', label: 's', address: 'https://grafana.acme.example/' } as const
  const frameOf = (isLinking: boolean, one: Parameters<typeof FinishedItem>[0]['item'] = item) =>
    render(
      <Linking.Provider value={isLinking}>
        <Text>{'\n'}</Text>
        <FinishedItem item={one} width={60} />
      </Linking.Provider>,
    ).lastFrame()

  it('can be clicked where the terminal knows that, and has its own text as its target', () => {
    expect(frameOf(true)).toContain(`${OSC_8};https://grafana.acme.example/`)
    expect(frameOf(false)).not.toContain(OSC_8)
    expect(frameOf(false)).toContain('s: https://grafana.acme.example/')
  })

  it('of an answer is never one, and shows its whole target', () => {
    const text = '[Grafana](https://evil.example/a) and https://evil.example/b'
    const frame = frameOf(true, { id: 1, kind: 'text', text })
    expect(frame).not.toContain(OSC_8)
    expect(frame).toContain('Grafana (https://evil.example/a)')
  })

  it('has no target with a user name, nor one that is not plain', () => {
    expect(linkText('https://a@b.example/')).toBe(undefined)
    expect(linkText('no address')).toBe(undefined)
  })
})

it.each([
  [{ TERM: 'xterm-kitty' }, true],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.5.0' }, true],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.0.9' }, false],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.99.0' }, true],
  [{ TERM: 'xterm-256color', VTE_VERSION: '6800' }, true],
  [{ TERM: 'xterm-256color', VTE_VERSION: '5000' }, false],
  [{ TERM: 'xterm-256color', WT_SESSION: 'x' }, true],
  [{ TERM: 'screen-256color', VTE_VERSION: '6800' }, false],
  [{ TERM: 'xterm-256color' }, false],
  [{ TERM: 'dumb', FORCE_HYPERLINK: '1' }, true],
  [{ TERM: 'xterm-kitty', FORCE_HYPERLINK: '0' }, false],
])('a terminal with %j can open links: %s', (variables, can) => {
  expect(canLink(variables)).toBe(can)
})
