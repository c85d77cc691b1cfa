// The images from which others are built.

import type { BaseImages } from '../../../packages/image.ts'
import type { DocumentInput } from '../../document/schema/document.ts'

type Bases = Omit<BaseImages, 'namePrefix'>

const DEFAULTS: Bases = {
  base: 'node:24-slim',
  npm: 'node:24-slim',
  // Some packages of the catalogue need 3.12 and refuse 3.13.
  python: 'python:3.12-slim',
  // https://docs.astral.sh/uv/guides/integration/docker/
  uv: 'ghcr.io/astral-sh/uv:0.13.9',
}

const NEEDED = { own: ['base'], npm: ['base', 'npm'], pypi: ['base', 'python', 'uv'] } as const

export function basesOf({ container_settings: settings }: DocumentInput): Bases {
  const { base, npm, python_base: python, uv } = settings?.build ?? {}
  return {
    base: base ?? DEFAULTS.base,
    npm: npm ?? DEFAULTS.npm,
    python: python ?? DEFAULTS.python,
    uv: uv ?? DEFAULTS.uv,
  }
}

/** `from`: the images that the project names in place of the defaults. Their code runs, so they need consent. */
export function namedBases(document: DocumentInput, build: keyof typeof NEEDED): { from?: string[] } {
  const bases = basesOf(document)
  const from = NEEDED[build].filter(key => bases[key] !== DEFAULTS[key]).map(key => bases[key])
  return from.length === 0 ? {} : { from: [...new Set(from)] }
}
