/** The terminal's input with some of its functions replaced, for Ink to read. */
export function inputWith(
  stdin: NodeJS.ReadStream,
  own: Partial<Record<'read' | 'setRawMode', unknown>>,
): NodeJS.ReadStream {
  return new Proxy(stdin, {
    get(target, name) {
      if (Object.hasOwn(own, name)) return own[name as 'read']
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
