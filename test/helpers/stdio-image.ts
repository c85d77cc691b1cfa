// An image of the stdio server that misbehaves as it is told.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BASE } from './docker.ts'
import { newFolder } from './folder.ts'

export const STDIO_IMAGE = 'supportmax-test/stdio:1'

/** Builds the image STDIO_IMAGE. */
export function buildStdioImage(): void {
  buildFixtureImage(STDIO_IMAGE, 'stdio-server.ts')
}

/** Builds an image that runs one of the fixtures. */
export function buildFixtureImage(ref: string, fixture: string): void {
  const folder = newFolder()
  writeFileSync(join(folder, 'server.ts'), readFileSync(new URL(`../fixtures/${fixture}`, import.meta.url)))
  const recipe = `FROM ${BASE}\nCOPY server.ts /app/server.ts\nENTRYPOINT ["node","/app/server.ts"]\n`
  writeFileSync(join(folder, 'Dockerfile'), recipe)
  execFileSync('docker', ['build', '-q', '-t', ref, folder], { stdio: ['ignore', 'ignore', 'inherit'] })
}
