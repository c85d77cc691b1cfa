import { renderToString } from 'ink'
import { clean } from '../../base/text/terminal-text.ts'
import { Markdown } from './text/Markdown.tsx'
import type { Theme } from './text/themes.ts'
import { Themed } from './text/tone.tsx'

/** Longer lines are hard to read. */
const MOST_COLUMNS = 110

/** Markdown as lines with styles, for a pager of so many columns. */
export function paperText(text: string, theme: Theme, columns: number): string {
  const width = Math.min(columns, MOST_COLUMNS)
  return renderToString(
    <Themed value={theme}>
      <Markdown text={clean(text)} width={width} />
    </Themed>,
    { columns: width },
  )
}
