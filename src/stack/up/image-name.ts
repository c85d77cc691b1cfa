/**
 * Whether two names mean the same image: `x` is `docker.io/library/x:latest`, which is how Podman reports it; its own builds
 * it reports as `localhost/x`. With a digest, the tag means nothing.
 */
export function isSameImage(one: string, other: string): boolean {
  return fullName(one) === fullName(other)
}

/** The rules of https://github.com/distribution/reference (normalize.go). */
function fullName(ref: string): string {
  const [name = '', digest] = ref.split('@', 2)
  const [, path = name, tag = 'latest'] = /^(.*?)(?::([\w.-]+))?$/.exec(name) ?? []
  const [first = '', ...rest] = path.split('/')
  const isRegistry = rest.length > 0 && /[.:A-Z]|^localhost$/.test(first)
  const registry = isRegistry && !DEFAULT_REGISTRIES.has(first) ? first : 'docker.io'
  const parts = isRegistry ? rest : [first, ...rest]
  const repository = registry === 'docker.io' && parts[0] === 'library' ? parts.slice(1) : parts
  return `${registry}/${repository.join('/')}${digest === undefined ? `:${tag}` : `@${digest}`}`
}

const DEFAULT_REGISTRIES = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'localhost'])
