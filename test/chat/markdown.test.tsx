import { render } from 'ink-testing-library'
import { Lexer, lexer, type MarkedToken, walkTokens } from 'marked'
import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../src/base/text/columns.ts'
import { inlinePieces } from '../../src/chat/draw/text/inline.ts'
import { Markdown } from '../../src/chat/draw/text/Markdown.tsx'
import { NO_COLOURS } from '../../src/chat/draw/text/themes.ts'
import { Themed } from '../../src/chat/draw/text/tone.tsx'
import { open } from './open-chat.tsx'

function drawn(text: string, width = 60): string[] {
  const { lastFrame, unmount } = render(
    <Themed.Provider value={NO_COLOURS}>
      <Markdown text={text} width={width} />
    </Themed.Provider>,
  )
  open.push({ close: unmount })
  return (lastFrame() ?? '').split('\n').map(line => line.trimEnd())
}

/** Every type of token that the parser knows, in a text that has it, and how that text looks. */
const TYPES: Record<MarkedToken['type'], [text: string, lines: string[]]> = {
  blockquote: ['> said\n> again\n>\n> more', ['│ said', '│ again', '│', '│ more']],
  br: ['one  \ntwo\\\nthree', ['one', 'two', 'three']],
  checkbox: ['- [x] done\n- [ ] open', ['• [x] done', '• [ ] open']],
  code: ['```sh\nrm  -rf *\n```', ['  rm  -rf *']],
  codespan: ['run `a < &lt; *b*`', ['run a < &lt; *b*']],
  def: [
    'see [it][1]\n\n[1]: https://x.example/a\n\n',
    ['see it (https://x.example/a)', '', '[1]: https://x.example/a'],
  ],
  del: ['~~delete it~~ keep it', ['~~delete it~~ keep it']],
  em: ['*now*', ['now']],
  escape: ['5 \\* 3', ['5 * 3']],
  heading: ['## Cause\ntext', ['Cause', '', 'text']],
  hr: ['a\n\n---\n', ['a', '────────────────────────']],
  html: ['<details>\n<b>x</b>\n</details>', ['<details>', '<b>x</b>', '</details>']],
  image: ['![graph](https://x.example/g.png "CPU")', ['[image: graph] (https://x.example/g.png "CPU")']],
  link: ['[docs](https://x.example/d "why")', ['docs (https://x.example/d "why")']],
  list: ['0. a\n1. b', ['0. a', '1. b']],
  list_item: ['- a\n  - b\n    1. c', ['• a', '  • b', '    1. c']],
  paragraph: ['one\n\ntwo', ['one', '', 'two']],
  space: ['a\n\n\n\n\nb', ['a', '', 'b']],
  strong: ['**now**', ['now']],
  table: ['|a|b|\n|-|-|\n|1|2|', ['a │ b', '1 │ 2']],
  text: ['a &lt; b &amp;&amp; c', ['a < b && c']],
}

describe('Markdown', () => {
  it.each(Object.entries(TYPES))('draws a token of the type %s', (type, [text, lines]) => {
    const types = new Set<string>()
    walkTokens(lexer(text), token => void types.add(token.type))
    expect([...types]).toContain(type)
    expect(drawn(text)).toEqual(lines)
  })

  it('shows a token of a type that it does not know as it was written', () => {
    const raw = '==not *known*=='
    expect(inlinePieces([{ type: 'highlight', raw, tokens: [] }])).toEqual([{ text: raw, tones: [] }])
    expect(inlinePieces([{ type: 'constructor', raw }])).toEqual([{ text: raw, tones: [] }])
  })

  it('strikes out where it can, and shows the marks everywhere', () => {
    expect(inlinePieces(Lexer.lexInline('~~a **b**~~'))).toEqual([
      { text: '~~', tones: ['struck'] },
      { text: 'a ', tones: ['struck'] },
      { text: 'b', tones: ['struck', 'strong'] },
      { text: '~~', tones: ['struck'] },
    ])
  })

  it.each([
    ['[https://a.example](https://b.example)', 'https://a.example (https://b.example)'],
    ['<https://a.example/x>', 'https://a.example/x'],
    ['https://a.example/x?y=1', 'https://a.example/x?y=1'],
    ['<ops@a.example>', 'ops@a.example'],
    ['www.a.example', 'www.a.example'],
    ['[`code`](https://a.example)', 'code (https://a.example)'],
    ['[![alt](i.png)](https://a.example)', '[image: alt] (i.png) (https://a.example)'],
    ['![](i.png)', '[image] (i.png)'],
    ['[x](http://a.example/?a=1&amp;b=2)', 'x (http://a.example/?a=1&b=2)'],
    ['as said[^1]\n\n[^1]: runbook', 'as said[^1]'],
    ['as said[^1]', 'as said[^1]'],
    ['a<br>b', 'a'],
    ['press <kbd>y</kbd> <!-- not now -->', 'press <kbd>y</kbd> <!-- not now -->'],
    ['~~~not struck', ''],
    ['1 ~ 2 ~ 3', '1 ~ 2 ~ 3'],
  ])('shows %j as %j', (text, line) => {
    expect(drawn(text, 80)[0]).toBe(line)
  })

  it('indents lists and quotes, and keeps code as it is', () => {
    const text =
      '# Head\n\nText with **bold** and `code` & <b>.\n\n- one two three four\n  - deep\n1. x\n\n> said\n\n```\na  b\n```'
    expect(drawn(text, 20)).toEqual([
      'Head',
      '',
      'Text with bold and',
      'code & <b>.',
      '• one two three four',
      '  • deep',
      '1. x',
      '',
      '│ said',
      '',
      '  a  b',
    ])
  })

  it('keeps a checkbox beside its text in a list with empty lines, and numbers in a column', () => {
    expect(drawn('- [x] a\n\n- [ ] b')).toEqual(['• [x] a', '• [ ] b'])
    expect(drawn('9. a\n10. b')).toEqual([' 9. a', '10. b'])
    expect(drawn('1. a\n   ```\n   x\n   ```\n   > q')).toEqual(['1. a', '     x', '   │ q'])
  })
})

describe('a table', () => {
  const table = '| name | state |\n|--|--|\n| disk | full |\n| cpu | ok |'

  it('is drawn in columns, also with wide characters', () => {
    expect(drawn(table, 40)).toEqual(['name │ state', 'disk │ full', 'cpu  │ ok'])
    const wide = '| customer | state |\n|--|--|\n| 東京電力 | ok |\n| 🔥🔥 | down |\n| acme | full |'
    expect(drawn(wide, 40)).toEqual([
      'customer │ state',
      '東京電力 │ ok',
      '🔥🔥     │ down',
      'acme     │ full',
    ])
  })

  it('aligns as it says', () => {
    expect(drawn('| n | where | v |\n|:--|:-:|--:|\n| a | x | 5 |\n| bcd | yyyyy | 1200 |', 40)).toEqual([
      'n   │ where │    v',
      'a   │   x   │    5',
      'bcd │ yyyyy │ 1200',
    ])
  })

  it('wraps its widest cell where it is too wide, with rules between the rows', () => {
    const text = 'connection refused by the database on db-7'
    expect(
      drawn(`| alert | why | n |\n|--|--|--:|\n| Down | ${text} | 3 |\n| Slow | disk | 12 |`, 40),
    ).toEqual([
      'alert │ why                         │  n',
      '──────┼─────────────────────────────┼───',
      'Down  │ connection refused by the   │  3',
      '      │ database on db-7            │',
      '──────┼─────────────────────────────┼───',
      'Slow  │ disk                        │ 12',
    ])
  })

  it('never draws over the edge of the screen, at any width', () => {
    const cells = [
      '東京電力ホールディングス',
      'https://grafana.example/d/abcdef?orgId=1',
      '`kubectl get pods -A`',
      'x',
    ]
    const text = `| a | b | c | d |\n|--|:-:|--:|--|\n| ${cells.join(' | ')} |\n| 1 | 2 | 3 | 4 |`
    for (let width = 20; width <= 120; width++) {
      const lines = drawn(text, width)
      expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(width)
      const seen = lines.join('').replace(/[\s│─┼]/g, '')
      for (const word of ['東', 'ス', 'https', 'kubectl', 'x']) expect(seen).toContain(word)
    }
  })

  it('keeps code, struck-out text and line breaks in its cells', () => {
    expect(drawn('| do | not |\n|--|--|\n| `a \\| b`<br>then c | ~~rm~~ |', 40)).toEqual([
      'do     │ not',
      '───────┼───────',
      'a | b  │ ~~rm~~',
      'then c │',
    ])
  })

  it('on a screen too narrow for columns is a list with gaps', () => {
    expect(drawn(table, 11)).toEqual(['name: disk', 'state: full', '', 'name: cpu', 'state: ok'])
  })
})
