import { userInfo } from 'node:os'

/** The name of this user in the operating system; undefined for one without an entry in the list of users. */
export function loginName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}
