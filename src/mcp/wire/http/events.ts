// Server-sent events, as far as MCP uses them: only their data counts.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

export interface Events {
  /** The data of each event that this part completes. */
  add(part: Uint8Array): string[]
  /** The data of an event that has not been completed; empty if there is none. */
  rest(): string
}

export function createEvents(): Events {
  const decoder = new TextDecoder()
  let data: string[] = []
  /** Pieces of a line that has not ended: joined once, because it can be megabytes long and come in small parts. */
  let line: string[] = []
  const endLine = () => {
    const whole = line.join('')
    line = []
    if (whole.startsWith('data:')) data.push(whole.slice('data:'.length).replace(/\r$/, ''))
    return whole
  }
  const endEvent = () => {
    const whole = data.join('\n')
    data = []
    return whole
  }
  return {
    add(part) {
      const done: string[] = []
      const [first = '', ...more] = decoder.decode(part, { stream: true }).split('\n')
      line.push(first)
      for (const next of more) {
        if (endLine().trim() === '') done.push(endEvent())
        line.push(next)
      }
      return done
    },
    rest() {
      endLine()
      return endEvent()
    },
  }
}
