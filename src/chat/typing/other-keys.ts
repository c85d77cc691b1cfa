/**
 * xterm's modifyOtherKeys (`CSI 27 ; modifiers ; code ~`) as `CSI code ; modifiers u`. Ink knows only the second and drops
 * the first (source: invisible-island.net/xterm/modified-keys.html).
 */
export function asCsiU(input: string): string {
  return input.replace(/\u001b\[27;(\d+);(\d+)~/g, '\u001b[$2;$1u')
}

/** The same terminal, with every chunk of input translated. */
export function withOtherKeys(stdin: NodeJS.ReadStream): NodeJS.ReadStream {
  const read = (size?: number) => {
    const chunk: unknown = stdin.read(size)
    return typeof chunk === 'string' ? asCsiU(chunk) : chunk
  }
  return new Proxy(stdin, {
    get(target, name) {
      if (name === 'read') return read
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
