/** A value that is made when it is first asked for, such as a pattern whose tables take milliseconds to build. */
export function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
