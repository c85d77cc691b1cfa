import { columnsOf, cut } from '../../../base/text/columns.ts'

/** Of what comes before the colon, at least this many columns stay. */
const LEAST = 4

/** In at most `width` columns. Of `Customer hotline: abandoned`, the end stays whole: that is where the names of one result differ. */
export function shortName(name: string, width: number): string {
  if (columnsOf(name) <= width) return name
  const at = name.lastIndexOf(': ')
  const end = at < 0 ? '' : name.slice(at)
  const room = width - columnsOf(end)
  if (end === '') return cut(name, width)
  return room >= LEAST ? cut(name.slice(0, at), room) + end : cut(end.slice(2), width, 'start')
}
