import { clean } from '../base/text/terminal-text.ts'
import type { Printer } from './print/printer.ts'

/**
 * The same printer for texts of models, tools and recordings, which could move the cursor, set the clipboard or
 * reverse the reading direction of a terminal. `piped`: whether a result that goes to a pipe is cleaned too.
 */
export function cleanedPrinter(print: Printer, piped: 'cleaned' | 'as-written'): Printer {
  const isCleaned = print.isTerminal || piped === 'cleaned'
  return {
    ...print,
    result: text => print.result(isCleaned ? clean(text) : text),
    note: text => print.note(clean(text)),
    error: text => print.error(clean(text)),
  }
}
