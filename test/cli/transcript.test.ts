// `supportmax transcript`, over conversations as the chat keeps them.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openTranscripts } from '../../src/agent/transcript/open.ts'
import { customerErasure, personErasure } from '../../src/cli/commands/transcript/erase/erasure.ts'
import { loadProject } from '../../src/config/load.ts'
import { stateFolderOf } from '../../src/stack/state/folder.ts'
import { auditFolderIn } from '../../src/store/audit/files.ts'
import { peopleIn } from '../../src/store/audit/people.ts'
import { openUsage } from '../../src/store/usage.ts'
import { type Place, placeIn, supportmax, withoutDocker } from '../helpers/cli.ts'
import { newFolder } from '../helpers/folder.ts'
import { aTurn } from '../helpers/turns.ts'
import { newTrail, readCalls, recorded } from '../store/audit/helper.ts'

const me = userInfo().username
let place: Place
let state: string
const run = (...args: string[]) => supportmax(place, ...args)

beforeEach(() => {
  place = withoutDocker(placeIn(newFolder()))
  const customers = ['Acme', 'Bolt'].map(name => ({ name, mcp_servers: [] }))
  writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify({ customers }))
  const config = join(place.folder, 'mcp_servers.json')
  const home = join(place.folder, 'state', 'supportmax')
  state = stateFolderOf(loadProject(config).project.name, config, home)
  mkdirSync(state, { recursive: true, mode: 0o700 })
})

/** One question with one call and its answer; returns the id of the conversation. */
function put(customer: string, question: string, login = me): string {
  const transcripts = openTranscripts(
    { folder: state, keepDays: () => 30, warn: reason => expect(reason).toBe('') },
    login,
  )
  const id = crypto.randomUUID()
  const transcript = transcripts.transcriptFor(customer, id)
  const at = new Date()
  transcript?.asked({ text: question, isCritical: false }, at)
  const call = { server: 'wiki', tool: 'get_page', args: { page: '10.1.2.3' } }
  transcript?.event({ type: 'call-started', id: '1', number: 1, ...call })
  transcript?.begun(1, { ...call, isWrite: false, at })
  const facts = {
    number: 1,
    ...call,
    isWrite: false,
    byPerson: false,
    kind: 'answered',
    size: 4,
    at,
    took: 5,
    isLarge: false,
  } as const
  transcript?.ended(facts, 'text')
  transcript?.event({
    type: 'call-ended',
    id: '1',
    outcome: { kind: 'answered', text: 'text', took: 5, cutBytes: 0 },
  })
  const answer = {
    type: 'answer' as const,
    text: 'the **trunk** is down [1] at 10.1.2.3',
    turns: 2,
    platform: 'demo',
    model: 'rules',
    rule: undefined,
    crossCheck: undefined,
    check: { unknown: [], unshown: [] },
  }
  transcript?.event({ ...answer, spent: { usage: undefined, cost: { usd: 0.5, unknown: 0 } } })
  transcript?.leave()
  transcripts.of(customer).lines.add(question, login)
  transcripts.close()
  const usage = openUsage(join(state, 'usage.db'))
  usage.add(aTurn({ at: Date.now(), customer, conversation: id }))
  usage.close()
  return id
}

describe('transcript list, show, export and share', () => {
  it('show what is kept, of all customers or of one', async () => {
    const id = put('acme', 'why is SipTrunkDown firing?')
    put('bolt', 'how many queues?')
    const { stdout } = await run('transcript', 'list')
    expect(stdout).toMatch(/^ID +CUSTOMER +LAST +TITLE +ALERT +QUESTIONS +COST\n/)
    expect(stdout).toMatch(
      new RegExp(
        `${id.slice(0, 4)} +acme +\\S+ \\S+ +why is SipTrunkDown firing\\? +SipTrunkDown +1 +\\$0.5`,
      ),
    )
    const own = JSON.parse((await run('transcript', 'list', 'acme', '--json')).stdout)
    expect(own).toMatchObject([{ id, customer: 'acme', person: me, questions: 1, costUsd: 0.5, open: false }])
    const shown = await run('transcript', 'show', id.slice(0, 4))
    expect(shown.stdout).toContain('## why is SipTrunkDown firing?')
    expect(shown.stdout).toContain('[1] wiki · get_page')
  })

  it('write Markdown, JSON and HTML, never over another file', async () => {
    const id = put('acme', 'why <b>?')
    const json = JSON.parse((await run('transcript', 'export', id, '--format', 'json')).stdout)
    expect(json).toMatchObject({
      format: 1,
      id,
      customer: { id: 'acme' },
      questions: [{ question: 'why <b>?' }],
      calls: [{ text: 'text' }],
    })
    const args = ['transcript', 'export', id, '--format', 'html', '--output', 'a.html']
    expect((await run(...args)).code).toBe(0)
    const file = join(place.folder, 'a.html')
    expect(readFileSync(file, 'utf8')).toContain('<strong>trunk</strong>')
    expect(readFileSync(file, 'utf8')).not.toContain('<b>?')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await run(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') })
    const shared = await run('transcript', 'share', id)
    expect(shared.stdout).toContain('- the trunk is down at [address]\n')
    expect(shared.stdout).not.toMatch(/10\.1\.2\.3|get_page|\[1\]/)
  })

  it('name what they do not know', async () => {
    expect((await run('transcript', 'list')).stderr).toContain('no conversation is kept')
    expect(await run('transcript', 'show', 'ffff')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no conversation ffff'),
    })
    const id = put('acme', 'why?')
    expect((await run('transcript', 'export', id, '--format', 'pdf')).stderr).toContain(
      'markdown, json, html',
    )
  })
})

describe('transcript purge', () => {
  it('removes what is older than the configuration says, of each customer', async () => {
    const customers = [
      { name: 'Acme', mcp_servers: [], transcripts: { keep_days: 0 } },
      { name: 'Bolt', mcp_servers: [] },
    ]
    writeFileSync(join(place.folder, 'mcp_servers.json'), JSON.stringify({ customers }))
    put('acme', 'one?')
    put('bolt', 'two?')
    const trial = await run('transcript', 'purge', '--dry-run')
    expect(trial.stdout).toContain(
      'acme: would remove 1 conversation, 0 result files and 1 typed line (kept for 0 days)\n',
    )
    expect(trial.stdout).toContain('bolt: would remove 0 conversations')
    expect((await run('transcript', 'purge')).code).toBe(0)
    const left = JSON.parse((await run('transcript', 'list', '--json')).stdout)
    expect(left).toMatchObject([{ customer: 'bolt' }])
  })
})

describe('transcript erase', () => {
  it('needs to know of whom, and a person who agrees', async () => {
    put('acme', 'one?')
    expect(await run('transcript', 'erase')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('either --customer or --person'),
    })
    expect(await run('transcript', 'erase', '--customer', 'acme')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('--yes'),
    })
    expect(JSON.parse((await run('transcript', 'list', '--json')).stdout)).toHaveLength(1)
  })

  it('erases all of one customer, and prints a receipt without content', async () => {
    put('acme', 'secret-question?')
    put('bolt', 'two?')
    const { stdout, code } = await run('transcript', 'erase', '--customer', 'acme', '--yes')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^Erased .+: customer acme\n1 conversation, 0 result files and 1 typed line, 1 usage record\n$/,
    )
    expect(existsSync(join(state, 'transcripts', 'acme.db'))).toBe(false)
    expect(JSON.parse((await run('transcript', 'list', '--json')).stdout)).toMatchObject([
      { customer: 'bolt' },
    ])
  })

  it('erases also what is kept while the person is asked', () => {
    put('acme', 'why is Anna waiting?')
    const { project } = loadProject(join(place.folder, 'mcp_servers.json'))
    const app = { project, stack: { state: { folder: state } } }
    const [customer, person] = [customerErasure(app, 'acme'), personErasure(app, me)]
    put('acme', 'why is Bert waiting?')
    expect(person.apply()).toMatchObject({ conversations: 2 })
    put('acme', 'why is Carl waiting?')
    expect(customer.apply()).toMatchObject({ conversations: 1 })
  })

  it('erases a person, also from the audit record, whose chain still verifies', async () => {
    const folder = auditFolderIn(state)
    const { trail, warnings } = newTrail({ folder })
    readCalls(trail, 3)
    await recorded()
    trail.close()
    expect(warnings).toEqual([])
    const [person] = peopleIn(folder)
    put('acme', 'mine?')
    put('acme', 'theirs?', 'somebody-else')
    const { stdout } = await run('transcript', 'erase', '--person', me, '--yes', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      erased: { person: me },
      conversations: 1,
      lines: 1,
      requests: 1,
      pseudonyms: [person?.pseudonym],
    })
    expect(peopleIn(folder)).toEqual([])
    expect(await run('audit', 'verify')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('none changed or missing'),
    })
    const left = JSON.parse((await run('transcript', 'list', '--json')).stdout)
    expect(left.map((one: { title: string }) => one.title)).toEqual(['theirs?'])
    expect(await run('transcript', 'erase', '--person', me, '--yes')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`nothing is kept of a person "${me}"`),
    })
  })

  it('erases the results of a person whose conversations are gone, and says that they may be of others', async () => {
    put('acme', 'mine?')
    const theirs = put('acme', 'theirs?', 'somebody-else')
    const left = (customer: string, name: string) => {
      const own = join(state, 'results', customer)
      mkdirSync(own, { recursive: true, mode: 0o700 })
      writeFileSync(join(own, name), 'x')
      return join(own, name)
    }
    const orphans = [left('acme', 'gone-1'), left('gone-customer', 'gone-2')]
    const kept = left('acme', `${theirs}-7`)
    expect((await run('transcript', 'erase', '--person', 'nobody-at-all', '--yes')).code).toBe(2)
    expect(orphans.every(existsSync)).toBe(true)
    const { stdout } = await run('transcript', 'erase', '--person', me, '--yes')
    expect(stdout).toContain(
      '1 conversation, 2 result files (2 whose conversation is gone, perhaps of other people) and 1 typed line',
    )
    expect([...orphans, kept].filter(existsSync)).toEqual([kept])
    expect(existsSync(join(state, 'results', 'gone-customer'))).toBe(false)
    const again = left('acme', 'gone-3')
    const { stdout: json } = await run('transcript', 'erase', '--person', me, '--yes', '--json')
    expect(JSON.parse(json)).toMatchObject({ conversations: 0, results: 1, orphans: 1 })
    expect(existsSync(again)).toBe(false)
  })
})
