import { mkdirSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SupportError } from '../../../../src/base/errors.ts'
import type { ChatContext } from '../../../../src/chat/commands/command.ts'
import { completionOf } from '../../../../src/chat/commands/completion/complete.ts'
import { newFolder } from '../../../helpers/folder.ts'

const customers = [
  { id: 'nordwind', name: 'Nordwind', environment: 'prod' },
  { id: 'nordsee', name: 'Nordsee' },
  { id: 'od-atlanta', name: '[OD] Atlanta' },
]
const tools = [
  { server: 'alertmanager', tool: 'list_alerts' },
  { server: 'grafana', tool: 'list_dashboards' },
  { server: 'grafana', tool: '\u001b[2Jevil' },
  { server: '', tool: 'read_result' },
]

function at(line: string, shown = 'nordwind', cursor = line.length) {
  const chat = {
    project: { customers },
    customer: () => customers.find(one => one.id === shown),
    leaving: 'leave',
    platforms: {
      routes: () => [
        { platform: 'openai', model: 'gpt' },
        { platform: 'inhouse', model: 'gpt' },
      ],
    },
    session: {
      current: () => ({ customer: { id: 'nordwind' }, tools, missing: [{ server: 'genesys' }] }),
      evidence: () => ({ all: () => [1, 2].map(number => ({ number, server: 's', tool: 't' })) }),
    },
  }
  return completionOf(line, cursor, chat as unknown as ChatContext)
}
const values = (line: string) => at(line)?.rows.map(one => one.value.trim())

describe('what a line can be completed to', () => {
  it('is every command for a slash, with what it does, and fewer with each letter', () => {
    expect(at('/')?.rows[0]).toEqual({
      value: '/customer ',
      label: '/customer [NAME]',
      summary: 'switch to another customer, or list them',
      isWhole: true,
    })
    expect(values('/c')).toEqual(['/customer', '/copy', '/critical', '/context', '/cost', '/clear'])
    expect(values('/CU')).toEqual(['/customer'])
    expect(at('/cri')?.rows[0]).toMatchObject({ value: '/critical ', isWhole: false })
    expect(at('/clear')).toBeUndefined()
  })

  it('is nothing for what is no command: a path, a question, a command with something behind it', () => {
    for (const line of ['/var/log', '/var/log is full', '//healthz', '/nothing', '/tools x', 'is it up?', ''])
      expect(at(line)).toBeUndefined()
    expect(at('/c', 'nordwind', 1)).toBeUndefined()
    expect(at('/c\nmore')).toBeUndefined()
  })

  it('is a customer by its id or name, in any case, with PROD', () => {
    expect(values('/customer n')).toEqual(['nordwind', 'nordsee'])
    expect(at('/customer ')?.rows[0]).toMatchObject({ value: 'nordwind', summary: 'Nordwind PROD' })
    expect(values('/customer [od')).toEqual(['od-atlanta'])
    expect(values('/Cust NORDW')).toEqual(['nordwind'])
    expect(at('/customer nordwind')).toBeUndefined()
    expect(at('/customer nordw')).toMatchObject({ from: 10, to: 15, isOpenEnded: false })
  })

  it('is a platform or a model of this customer', () => {
    expect(values('/platform ')).toEqual(['openai', 'inhouse', 'auto'])
    expect(at('/model g')?.rows).toEqual([{ value: 'gpt', summary: 'openai, inhouse', isWhole: true }])
  })

  it('is the number of a call, the last one first', () => {
    expect(values('/show ')).toEqual(['2', '1'])
    expect(values('/result ')).toEqual(['2', '1'])
  })

  it('is a server or a tool of the customer on the screen, also inside a question', () => {
    expect(at('ask ale about it', 'nordwind', 7)).toMatchObject({
      from: 4,
      to: 7,
      about: 'word',
      rows: [{ value: 'alertmanager', summary: 'server' }],
    })
    expect(values('what does list')).toEqual(['list_alerts', 'list_dashboards'])
    expect(at('why is gen')?.rows[0]).toMatchObject({ value: 'genesys' })
    expect(at('read_')?.rows[0]).toMatchObject({ summary: 'tool of supportmax' })
    for (const line of ['al', 'alertmanager', 'evil', 'zzz']) expect(at(line)).toBeUndefined()
    expect(at('ask alert', 'nordsee')).toBeUndefined()
  })

  it('is a folder or a Markdown file for what writes one', () => {
    const folder = newFolder()
    for (const name of ['notes', 'node_modules', 'dist']) mkdirSync(`${folder}/${name}`)
    for (const name of ['now.md', 'now.txt', '.hidden.md', 'x\u001b[2Jy.md'])
      writeFileSync(`${folder}/${name}`, '')
    expect(values(`/save ${folder}/no`)).toEqual([`${folder}/notes/`, `${folder}/now.md`])
    expect(values(`/save ${folder}/`)).toEqual([`${folder}/notes/`, `${folder}/now.md`])
    expect(values(`/save ${folder}/.h`)).toEqual([`${folder}/.hidden.md`])
    expect(at(`/save ${folder}/not`)).toMatchObject({ isOpenEnded: true, rows: [{ isWhole: false }] })
    expect(values('/report --r')).toEqual(['--redact'])
    expect(values(`/report --redact ${folder}/nw`)).toBeUndefined()
    expect(values(`/report --redact ${folder}/not`)).toEqual([`--redact ${folder}/notes/`])
    expect(at(`/save ${folder}/missing/x`)).toBeUndefined()
  })

  it('is nothing where a customer has no platform, because no key is set', () => {
    const routes = () => {
      throw new SupportError('no-platform', 'no model platform is ready: no key is set')
    }
    const chat = { customer: () => ({ id: 'acme' }), platforms: { routes } } as unknown as ChatContext
    expect(completionOf('/model gpt', 10, chat)).toBeUndefined()
  })
})
