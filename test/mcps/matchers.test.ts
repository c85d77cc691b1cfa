import { describe, expect, it } from 'vitest'
import { matcherText, parseMatchers } from '../../src/mcps/alertmanager/matchers.ts'

const both = (text: string) => parseMatchers([text]).map(matcherText)

describe('a matcher', () => {
  it.each([
    ['severity="critical"', 'severity="critical"'],
    ['severity=critical', 'severity="critical"'],
    [" severity != 'critical' ", 'severity!="critical"'],
    ['severity=~`warn|crit`', 'severity=~"warn|crit"'],
    ['host.name="server-01"', '"host.name"="server-01"'],
    ['"host.name"="server-01"', '"host.name"="server-01"'],
    ['host.name=server-01', '"host.name"="server-01"'],
    ['"alertname"="Disk"', 'alertname="Disk"'],
    ['größe!~"a|b"', '"größe"!~"a|b"'],
    ['"a b"="c"', '"a b"="c"'],
    ['"say \\"hi\\""="x"', '"say \\"hi\\""="x"'],
    ['k8s.io/app-name=~".+"', '"k8s.io/app-name"=~".+"'],
    ['🙂=ja', '"🙂"="ja"'],
    ['0day="x"', '"0day"="x"'],
    ['host=~"db-\\d+"', 'host=~"db-\\\\d+"'],
    ['path="C:\\\\a"', 'path="C:\\\\a"'],
    ['note="two\\nlines"', 'note="two\\nlines"'],
    ['note=""', 'note=""'],
    ['a=b,c', 'a="b,c"'],
    ['{alertname="Disk"}', 'alertname="Disk"'],
  ])('%s is %s', (text, expected) => {
    expect(both(text)).toEqual([expected])
  })

  it('in braces may be a list, with commas inside quotes', () => {
    expect(both('{ alertname="Disk", "host.name"=~"a,b|c" , site!=\'x,y\', }')).toEqual([
      'alertname="Disk"',
      '"host.name"=~"a,b|c"',
      'site!="x,y"',
    ])
    expect(both('{}')).toEqual([])
  })

  it.each(['severity', '="x"', '""="x"', 'a b="c"', 'a="b" c', 'a=="b"', '{a="b"', 'a,b="c"', 'a="b"c"'])(
    'is not %s',
    text => {
      expect(() => parseMatchers([text])).toThrow('must have the form name="value"')
    },
  )
})
