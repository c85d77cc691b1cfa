import { readEnvironment } from '../../config/env.ts'

/** Whether what is on the terminal can be drawn over. */
export function canRedraw(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && readEnvironment().variables.TERM !== 'dumb'
}
