import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

export interface SeenProcess {
  pid: number
  command: string
  /** Where the text was: in its arguments or its environment. */
  place: 'argv' | 'environ'
  text: string
}

/**
 * Reads the arguments and the environment of every process of this machine, again and again, until stop(). Returns where
 * one of the texts was seen, once for each process, place and text. Linux only: empty elsewhere.
 */
export function watchProcesses(texts: readonly string[]): {
  stop(): Promise<SeenProcess[]>
  rounds(): number
} {
  const seen = new Map<string, SeenProcess>()
  let rounds = 0
  let stopped = false
  const look = () => {
    for (const pid of pids()) {
      const argv = read(pid, 'cmdline')
      const contents = { argv, environ: read(pid, 'environ') }
      for (const place of ['argv', 'environ'] as const)
        for (const text of texts.filter(one => contents[place].includes(one))) {
          // It may have become another program since, or have ended.
          const command = (read(pid, 'cmdline') || argv).replaceAll('\0', ' ')
          seen.set(`${pid} ${place} ${text}`, { pid, command, place, text })
        }
    }
    rounds++
  }
  const running = (async () => {
    while (!stopped) {
      look()
      await delay(3)
    }
  })()
  return {
    async stop() {
      stopped = true
      await running
      return [...seen.values()]
    },
    rounds: () => rounds,
  }
}

function pids(): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

/** Empty for a process that has ended, or is somebody else's. */
function read(pid: number, file: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
