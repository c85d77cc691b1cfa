import { redact } from '../base/redact.ts'

/** The same object if nothing is hidden: platforms recognise the tools that they have seen before. */
export function withoutSecrets<T extends object>(value: T): T {
  const text = JSON.stringify(value)
  const shown = redact(text)
  return shown === text ? value : JSON.parse(shown)
}
