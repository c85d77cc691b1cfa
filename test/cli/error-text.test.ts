import { describe, expect, it } from 'vitest'
import { SupportError } from '../../src/base/errors.ts'
import { hideSecret } from '../../src/base/redact.ts'
import { errorText, locatedProblem } from '../../src/cli/error-text.ts'

const at = (width: number | undefined) => ({ width, command: 'supportmax' })

describe('the text of an error', () => {
  it('is one line that starts with supportmax, and the hint on a line of its own', () => {
    const error = new SupportError('failed', 'port 9201 is held by node', { hint: 'stop it' })
    expect(errorText(error, at(undefined))).toBe('supportmax: port 9201 is held by node\n  stop it')
    expect(errorText({ message: 'no key', hint: '' }, at(80))).toBe('supportmax: no key')
  })

  it('asks for a report if the error is a bug', () => {
    expect(errorText(new TypeError('x is undefined'), at(200))).toBe(
      'supportmax: x is undefined\n  this is a bug in supportmax: please report it with the command you typed',
    )
  })

  it('wraps long lines with a hanging indent, and never inside a command', () => {
    const hint = 'free the port, or run `supportmax up acme`'
    const text = errorText({ message: 'port 9201 on 127.0.0.1 is held by node', hint }, at(32))
    expect(text.split('\n')).toEqual([
      'supportmax: port 9201 on',
      '    127.0.0.1 is held by node',
      '  free the port, or run',
      '    `supportmax up acme`',
    ])
  })

  it('shows a command as it is typed here', () => {
    const hint = 'run `supportmax up acme`'
    expect(errorText({ message: 'not started', hint }, { width: 80, command: './bin/supportmax.js' })).toBe(
      'supportmax: not started\n  run `./bin/supportmax.js up acme`',
    )
  })

  it('contains no control sequences, whoever it quotes', () => {
    const evil = 'no tool \u001b[2J\u001b]0;title\u0007\u202ea\u009b31m'
    expect(errorText({ message: evil, hint: `use one of: ${evil}` }, at(80))).toBe(
      'supportmax: no tool a31m\n  use one of: no tool a31m',
    )
  })

  it('adds no prefix to a problem that starts with its place in a file', () => {
    const problem = {
      file: 'a.json',
      line: 1,
      column: 5,
      path: 'wat',
      message: 'unknown key',
      hint: 'remove it',
    }
    expect(errorText(locatedProblem(problem), at(80))).toBe('a.json:1:5: wat: unknown key\n  remove it')
  })

  it('hides a secret that would be broken over two lines', () => {
    hideSecret('canary one two three four')
    expect(errorText({ message: 'the server said: canary one two three four' }, at(30))).not.toContain(
      'canary',
    )
  })
})
