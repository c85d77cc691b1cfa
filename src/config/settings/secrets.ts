// Guesses which values are secrets. Taking an ordinary value for a secret does no harm; a missed secret would stay in a file
// that is committed.

const SECRET_NAME =
  /(^|[^a-z])(api|access|auth|private|secret|signing|encryption)?[_-]?(key|token|secret|passw(or)?d|pwd|pass|pat|credentials?|auth|authorization|cookie|dsn)s?($|[^a-z])/i

/** Prefixes of keys that public services issue. */
const KNOWN_PREFIX =
  /^(sk|pk|rk|pat|ghp|gho|ghs|github_pat|glpat|glsa|glc|xox[abeprs]|npm|dop_v1|hf|key|token)[-_]|^(AKIA|ASIA|AIza|eyJ[\w-]+\.)/

/** Whether the value of a setting with this name is a secret. */
export function isSecret(name: string, value: string): boolean {
  if (value === '' || value.includes('${') || /^(true|false|\d{1,6})$/i.test(value)) return false
  return SECRET_NAME.test(splitCamel(name)) || looksSecret(value)
}

/** Whether a value is a secret by itself, whatever its name. */
export function looksSecret(value: string): boolean {
  if (KNOWN_PREFIX.test(value) || /^(Bearer|Basic)\s+\S/i.test(value)) return true
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/@\s:]*:[^/@\s]+@/i.test(value)) return true
  return /^[A-Za-z0-9_+=-]{28,}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value)
}

/** `accessToken` -> `access_Token`. */
function splitCamel(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2')
}
