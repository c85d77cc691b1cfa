import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rememberAsked } from '../../src/secrets/asked.ts'
import { askCommand } from '../../src/secrets/sources/command.ts'
import { newFolder } from '../helpers/folder.ts'
import { until } from '../helpers/until.ts'

const NEVER = new AbortController().signal
const PATH = process.env.PATH ?? ''

function ask(
  command: string[],
  {
    variables = {},
    env = [],
    timeoutMs = 20_000,
    folder = newFolder(),
  }: {
    variables?: Record<string, string>
    env?: string[]
    timeoutMs?: number
    folder?: string
  } = {},
) {
  return askCommand(
    { kind: 'command', command, env },
    { variables: { PATH, ...variables }, folder, timeoutMs },
    NEVER,
  )
}

const sh = (script: string, options?: Parameters<typeof ask>[1]) => ask(['sh', '-c', script], options)

describe('a command that prints a secret', () => {
  it('gives the value without its line break, and runs in the folder of the configuration', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'value'), 'two words \n')
    expect(await sh('cat value', { folder })).toEqual({ value: 'two words ' })
  })

  it('is started without a shell', async () => {
    expect(await ask(['printf', '%s', '$(id); `id`'])).toEqual({ value: '$(id); `id`' })
  })

  it('gets the variables that any program needs, its own, and those in "env"; never other credentials', async () => {
    const folder = newFolder()
    const program = join(folder, 'op')
    writeFileSync(program, '#!/bin/sh\nenv | sort | tr "\\n" ";"\n', { mode: 0o700 })
    const variables = {
      HOME: '/home/x',
      OP_SERVICE_ACCOUNT_TOKEN: 'op-token',
      VAULT_TOKEN: 'not for op',
      MY_TOOL: 'named',
      GRAFANA_TOKEN_ACME: 'canary',
      NODE_OPTIONS: '--canary',
    }
    const answer = await ask([program], { variables, env: ['MY_TOOL'] })
    const names = ('value' in answer ? answer.value : answer.reason).split(';').map(one => one.split('=')[0])
    expect(names.filter(one => one !== '' && one !== 'PWD' && one !== '_' && one !== 'SHLVL')).toEqual([
      'HOME',
      'MY_TOOL',
      'OP_SERVICE_ACCOUNT_TOKEN',
      'PATH',
    ])
  })

  it.each<[what: string, script: string, reason: string]>([
    ['prints nothing', 'true', 'printed nothing'],
    ['prints two lines', 'printf "canary-1\\ncanary-2\\n"', 'printed more than one line'],
    ['prints a file', 'head -c 70000 /dev/zero | tr "\\0" x', 'printed too much'],
    ['prints bytes', 'printf "\\377\\376"', 'printed something other than text'],
    ['fails', 'echo canary; echo "not signed in" >&2; exit 6', 'failed (exit code 6): not signed in'],
    [
      'repeats what it got when it fails',
      'echo "bad token abcdefghijklmnopqrstuvwxyz0123456789" >&2; exit 1',
      'failed (exit code 1): bad token ‹hidden›',
    ],
    ['kills itself', 'kill -TERM $$', 'failed (signal SIGTERM)'],
  ])('that %s is a fault without any value', async (_, script, reason) => {
    expect(await sh(script)).toMatchObject({ reason: `command "sh" ${reason}` })
  })

  it('that is not installed, or not a program, is named', async () => {
    expect(await ask(['no-such-program'])).toEqual({
      reason: 'command "no-such-program" was not found',
      hint: 'install it, or write its full path',
    })
    expect(await ask([newFolder()])).toMatchObject({
      reason: expect.stringContaining('cannot be run (EACCES)'),
    })
  })

  it('cannot ask for a password: there is no input and no terminal', async () => {
    expect(await sh('read answer || echo "no input"')).toEqual({ value: 'no input' })
    expect(await sh('(: < /dev/tty) 2>/dev/null || echo "no terminal"')).toEqual({ value: 'no terminal' })
  })

  it('that never ends is killed with what it started', async () => {
    const file = join(newFolder(), 'pid')
    const answer = await sh(`sleep 1000 & echo $! > ${file}; wait`, { timeoutMs: 300 })
    expect(answer).toEqual({
      reason: 'command "sh" timed out after 300 ms',
      hint: 'run it by hand to see what it asks for',
    })
    // The system ends it a moment after the signal.
    await until('the end of sleep', () => !isAlive(Number(readFileSync(file, 'utf8'))))
  })
})

/** A killed process may still wait for its parent to notice. */
function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'utf8'))
}

const DOWN = { reason: 'is down', hint: 'wait' }

describe('the memory of answers', () => {
  it('asks once for parallel callers, and again only when the answer is no longer current', async () => {
    let now = 0
    const asked: string[] = []
    const memory = rememberAsked(
      async name => {
        asked.push(name)
        return { value: `${name}-${asked.length}` }
      },
      { cacheMs: 1_000, now: () => now },
    )
    await Promise.all([memory.load(['A', 'A']), memory.load(['A', 'B']), memory.load(['A'])])
    expect(asked).toEqual(['A', 'B'])
    now = 999
    await memory.load(['A'])
    expect(asked).toEqual(['A', 'B'])
    now = 1_000
    expect(memory.value('A')).toBe('A-1')
    await memory.load(['A'])
    expect([asked, memory.value('A')]).toEqual([['A', 'B', 'A'], 'A-3'])
  })

  it('keeps a value whose place fails later, and asks a failed place again after 5 seconds', async () => {
    let now = 0
    const answers = [{ value: 'first' }, DOWN, { value: 'second' }]
    const memory = rememberAsked(async () => answers.shift() ?? { value: 'too many' }, {
      cacheMs: 60_000,
      now: () => now,
    })
    const at = async (time: number) => {
      now = time
      await memory.load(['A'])
      return [memory.value('A'), memory.fault('A')]
    }
    expect(await at(0)).toEqual(['first', undefined])
    expect(await at(60_000)).toEqual(['first', DOWN])
    expect(await at(64_999)).toEqual(['first', DOWN])
    expect(await at(65_000)).toEqual(['second', undefined])
  })

  it('waits twice as long after each failure, but never longer than a value counts as current', async () => {
    let now = 0
    const times: number[] = []
    const memory = rememberAsked(
      async () => {
        times.push(now)
        return DOWN
      },
      { cacheMs: 30_000, now: () => now },
    )
    for (; now <= 100_000; now += 1_000) await memory.load(['A'])
    expect(times).toEqual([0, 5_000, 15_000, 35_000, 65_000, 95_000])
  })

  it('asks again for a current value that was rejected, unless it has just come', async () => {
    let now = 0
    let count = 0
    const memory = rememberAsked(async () => ({ value: `value ${++count}` }), {
      cacheMs: 60_000,
      now: () => now,
    })
    await memory.load(['A'])
    now = 4_999
    await memory.reload(['A'])
    expect(memory.value('A')).toBe('value 1')
    now = 5_000
    await Promise.all([memory.reload(['A']), memory.reload(['A'])])
    expect(memory.value('A')).toBe('value 2')
  })

  it('stops waiting when its caller is interrupted, and keeps the answer for the next one', async () => {
    const { promise, resolve } = Promise.withResolvers<{ value: string }>()
    const memory = rememberAsked(() => promise, { cacheMs: 1_000, now: () => 0 })
    const stop = new AbortController()
    const waiting = memory.load(['A'], stop.signal)
    stop.abort(new Error('interrupted'))
    await expect(waiting).rejects.toThrow('interrupted')
    resolve({ value: 'late' })
    await memory.load(['A'])
    expect(memory.value('A')).toBe('late')
  })

  it('counts an unexpected error as a failure, without its message', async () => {
    const memory = rememberAsked(() => Promise.reject(new TypeError('canary')), { cacheMs: 1_000 })
    await memory.load(['A'])
    expect(memory.fault('A')).toMatchObject({ reason: 'failed unexpectedly (TypeError)' })
  })
})
