/** A server as another client's file describes it. Texts are as they are written, with references and secrets. */
export interface ForeignServer {
  name: string
  /** What the first word of `command` is (default: a program). */
  kind?: 'package' | 'image'
  /** An image that speaks HTTP, not stdio. */
  isHttp?: boolean
  /** Program, package or image, and arguments; empty for a remote server. */
  command: string[]
  env: Record<string, string>
  cwd: string | undefined
  url: string | undefined
  headers: Record<string, string>
  transport: 'sse' | 'streamable-http' | undefined
  /** File with further variables. */
  envFile: string | undefined
  /** Names of the tools to offer, and of those not to. */
  tools?: { include?: string[]; exclude?: string[] }
  /** Why it is not imported. */
  leftOut?: string
  /** What a person should know, a line each. */
  notes?: string[]
  /** Keys of the entry that supportmax does not keep. */
  dropped: string[]
}

/** Whether a command's program runs containers. */
export function isDocker(program: string): boolean {
  return /(^|\/)(docker|podman)$/.test(program)
}
