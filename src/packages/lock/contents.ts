/** What a lock says. */
export interface PackageLock {
  text: string
  /** Of the package itself. */
  version: string
  /** How many packages it pins. */
  packages: number
  /** npm: the package's programs and their files, relative to its folder. PyPI: unknown before it is installed. */
  programs: Record<string, string> | undefined
  /** npm: packages that do not come from the registry, such as `x from https://example.com/x.tgz`. */
  elsewhere: string[]
  /** npm: other packages that want to run code while they are installed. */
  scripts: string[]
  /** PyPI: the names of everything that it pins. */
  names: string[]
  /** PyPI: the oldest Python that it is for, such as `3.10` or `3.12,<3.13`. */
  python: string | undefined
}
