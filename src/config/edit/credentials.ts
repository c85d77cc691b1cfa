/** The text of a credentials file with these values added; a value without one is left for a person to fill in. */
export function withCredentials(text: string, values: ReadonlyMap<string, string | undefined>): string {
  const lines = [...values].map(([name, value]) =>
    value === undefined ? `# ${name}=''` : `${name}=${quoted(value)}`,
  )
  if (lines.length === 0) return text
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${before}${lines.join('\n')}\n`
}

/** Read in the same way by supportmax and by `docker compose --env-file`, where that is possible. */
function quoted(value: string): string {
  if (!value.includes("'")) return `'${value}'`
  return value.includes('"') || /[$\\]/.test(value) ? `\`${value}\`` : `"${value}"`
}
