import { describe, expect, it } from 'vitest'
import { openScreen } from '../../scripts/pictures/screen.ts'
import { paperText } from '../../src/chat/draw/paper.tsx'
import { NO_COLOURS } from '../../src/chat/draw/text/themes.ts'
import { pagerIn } from '../../src/chat/terminal/pager.ts'
import { newFolder } from '../helpers/folder.ts'

describe('a note in the pager', () => {
  it('is drawn, at most 110 columns wide', () => {
    const text = `# Incident note\n\n- **Findings** [1]\n\n${'word '.repeat(60)}`
    const lines = paperText(text, NO_COLOURS, 200).split('\n')
    expect(lines.map(line => line.trimEnd()).slice(0, 2)).toEqual(['Incident note', '• Findings [1]'])
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(110)
  })

  it('passes on no control sequence of an answer', () => {
    const text = 'a\u001b]52;c;eA==\u0007b \u001b[2Jc\u009b31md'
    expect(paperText(text, NO_COLOURS, 80)).not.toMatch(/[\u001b\u0007\u009b]/)
  })

  it.each([
    [{}, true],
    [{ PAGER: 'less -S' }, true],
    [{ PAGER: '/usr/bin/less' }, true],
    [{ PAGER: 'more' }, false],
    [{ PAGER: 'lesser' }, false],
    [{ PAGER: 'vim -' }, false],
  ])('%j shows styles: %s', (variables, isShown) => {
    expect(pagerIn(variables).showsStyles).toBe(isShown)
  })

  it('says in less how to leave', async () => {
    const { env } = pagerIn({ PATH: process.env.PATH, TERM: 'xterm' })
    const size = { columns: 80, rows: 10, background: 'rgb:0000/0000/0000' }
    const less = openScreen(['sh', '-c', 'seq 30 | less'], { ...size, folder: newFolder(), env })
    await less.sees('q leaves, / searches')
    less.type('G')
    await less.sees('(end) q leaves, / searches')
    less.type('q')
    less.close()
  })
})
