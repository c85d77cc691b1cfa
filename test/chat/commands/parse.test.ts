import { describe, expect, it } from 'vitest'
import { parseLine } from '../../../src/chat/commands/parse.ts'

const customers = [
  { id: 'nordwind', name: 'Nordwind Energie AG' },
  { id: 'segura', name: 'Segura Caixa' },
  { id: 'tepco', name: '東京電力' },
]

/** `customer(segura)` for a command, `ask: …` for a question, the reason for a line that is neither sent nor run. */
function meaning(line: string): string {
  const typed = parseLine(line, customers)
  if (typed.kind === 'question') return `ask: ${typed.text}`
  return typed.kind === 'command' ? `${typed.command.name}(${typed.rest})` : typed.reason
}
const hintOf = (line: string) => {
  const typed = parseLine(line, customers)
  return typed.kind === 'refused' ? typed.hint : undefined
}

describe('a typed line is a command', () => {
  it.each<[line: string, meant: string]>([
    ['/customer segura', 'customer(segura)'],
    ['/Customer segura', 'customer(segura)'],
    ['/CUSTOMER Segura', 'customer(Segura)'],
    ['/customer: segura', 'customer(segura)'],
    ['/customer:segura', 'customer(segura)'],
    ['/customer = segura', 'customer(segura)'],
    ['/customer, segura', 'customer(segura)'],
    ['/ customer segura', 'customer(segura)'],
    ['  /customer segura  ', 'customer(segura)'],
    ['／customer segura', 'customer(segura)'],
    ['／ｃｕｓｔｏｍｅｒ　東京電力', 'customer(東京電力)'],
    ['∕customer segura', 'customer(segura)'],
    ['\u200b/customer segura', 'customer(segura)'],
    ['\ufeff/customer\u00a0segura', 'customer(segura)'],
    ['/cust segura', 'customer(segura)'],
    ['/Status', 'status()'],
    ['/status?', 'status()'],
    ['/clear.', 'clear()'],
    ['/', 'help()'],
    ['/?', 'help()'],
    ['/critical Is it safe?\nSince when?', 'critical(Is it safe?\nSince when?)'],
    ['/model openai/gpt-5', 'model(openai/gpt-5)'],
    ...[
      'exit',
      'EXIT',
      'exit;',
      'exit()',
      'quit',
      'quit.',
      ':q',
      ':q!',
      ':wq',
      '：ｑ',
      'q',
      'bye',
      'logout',
    ].map(word => [word, 'quit()'] as [string, string]),
    ...['help', 'Help', '?', '？', 'h', '--help', ':help'].map(word => [word, 'help()'] as [string, string]),
  ])('%j means %s', (line, meant) => {
    expect(meaning(line)).toBe(meant)
  })
})

describe('a typed line is a question', () => {
  it.each([
    'which alerts fire?',
    'status of the cluster',
    'help me find the slow query',
    'exit code 137, why?',
    'customer segura: is it affected?',
    'customer complaints are rising',
    'switch to the standby?',
    'use the read replica',
    'segura?',
    '/var/log is full',
    '/var/log full?',
    '/etc/hosts\n127.0.0.1 localhost',
    '/api/v1/query answers 422',
    '/* a comment */ what does it do',
    '/2 of the disk',
    '- status of each queue',
    '# Status\nall red',
  ])('%j', line => {
    expect(meaning(line)).toBe(`ask: ${line}`)
  })

  it.each([
    ['//healthz answers 500, why?', '/healthz answers 500, why?'],
    ['//var/log full?', '/var/log full?'],
    ['//helper answers 500', '/helper answers 500'],
    ['//status answers 500, why?', '/status answers 500, why?'],
    ['／／tmp full', '／tmp full'],
  ])('%j, with one slash less', (line, sent) => {
    expect(meaning(line)).toBe(`ask: ${sent}`)
  })
})

describe('a typed line is neither sent nor run', () => {
  it.each([
    ['/c', '/c is ambiguous: /customer, /copy, /critical, /context, /cost, /clear'],
    ['/custmer segura', 'unknown command /custmer (did you mean "/customer"?)'],
    ['/customers', 'unknown command /customers (did you mean "/customer"?)'],
    ['/customer/segura', 'unknown command /customer/segura (did you mean "/customer"?)'],
    ['/kunde segura', 'unknown command /kunde'],
    ['/healthz answers 500', 'unknown command /healthz'],
    ['/客户 segura', 'unknown command /客户'],
    ['/up.sh fails', 'unknown command /up.sh'],
    ['/customer segura\nwhich alerts fire?', '/customer takes one line'],
    ['/up segura', '/up takes no argument: it is about the customer on the screen'],
    ['status', 'not sent: "status" is a command without its slash'],
    ['Tools', 'not sent: "tools" is a command without its slash'],
    ['\\customer segura', 'not sent: commands begin with "/", not "\\"'],
    [':customer segura', 'not sent: commands begin with "/", not ":"'],
    ['!status', 'not sent: commands begin with "/", not "!"'],
    ['segura', 'not sent: "segura" does not switch the customer'],
    ['Segura Caixa', 'not sent: "Segura Caixa" does not switch the customer'],
    ['東京電力', 'not sent: "東京電力" does not switch the customer'],
    ['customer segura', 'not sent: "customer segura" does not switch the customer'],
    ['Customer: Segura.', 'not sent: "Customer: Segura." does not switch the customer'],
    ['customer segrua', 'not sent: "customer segrua" does not switch the customer'],
    ['switch to segura', 'not sent: "switch to segura" does not switch the customer'],
    ['use nordwind', 'not sent: "use nordwind" does not switch the customer'],
    ['nein/customer segura', 'not sent: "nein/customer segura" does not switch the customer'],
    ['and then /Customer: Segura', 'not sent: "and then /Customer: Segura" does not switch the customer'],
    ['//help', 'not sent: "//help" is a command with one slash too many'],
    ['／/Report --redact a.md', 'not sent: "//report" is a command with one slash too many'],
    ['//result 3', 'not sent: "//result" is a command with one slash too many'],
    ['//customer segura', 'not sent: "customer segura" does not switch the customer'],
  ])('%j: %s', (line, reason) => {
    expect(meaning(line)).toBe(reason)
  })

  it('and the hint says how it is typed', () => {
    expect(hintOf('/healthz answers')).toBe(
      'type `/help` to list the commands, or begin with `//` to ask a question',
    )
    expect(hintOf('switch to Segura Caixa')).toBe(
      'type `/customer segura` to switch, or end with a question mark to ask',
    )
    expect(hintOf('status')).toBe('type `/status` to run the command, or ask in a sentence')
    expect(hintOf('//help')).toBe('type `/help` to run the command, or end with a question mark to ask')
    expect(hintOf('/up segura')).toBe('type `/up` alone; `/customer NAME` switches first')
  })
})
