import type { Setting } from '../../agent/transcript/transcript.ts'
import { counted } from '../../base/text/amounts.ts'
import { cleanLine } from '../../base/text/terminal-text.ts'
import type { Toolset } from '../../toolset/toolset.ts'

/** More names would fill the screen. */
const MOST_NAMES = 8

/** What is different from the time of the last question: a line for each. */
export function changesSince(
  setting: Setting | undefined,
  { tools, customer }: Pick<Toolset, 'tools' | 'customer'>,
): string[] {
  if (!setting) return []
  const names = tools.map(one => one.name)
  const gone = setting.tools.filter(one => !names.includes(one))
  const added = names.filter(one => !setting.tools.includes(one))
  return [
    setting.access === customer.access ? '' : `access was ${setting.access}, and is ${customer.access}`,
    gone.length > 0 ? `${counted(gone.length, 'tool')} gone: ${listed(gone)}` : '',
    added.length > 0 ? `${counted(added.length, 'new tool')}: ${listed(added)}` : '',
  ].filter(Boolean)
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map(one => cleanLine(one.replace('__', ' · ')))
  return [...shown, ...(names.length > MOST_NAMES ? [`${names.length - MOST_NAMES} more`] : [])].join(', ')
}
