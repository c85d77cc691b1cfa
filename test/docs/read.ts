// What the documentation promises, taken out of its Markdown.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const docs = readdirSync(join(ROOT, 'docs')).filter(name => name.endsWith('.md'))

export const PAGES = ['README.md', ...docs.map(name => `docs/${name}`)]

export function pageText(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8')
}

/** Fenced blocks of a language. */
export function blocks(text: string, language: RegExp): string[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)]
    .filter(match => language.test(match[2] ?? ''))
    .map(match => match[3] ?? '')
}

/** Targets of links that are not on the web: `commands.md#states`. */
export function localLinks(text: string): string[] {
  return [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(match => match[1] ?? '')
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchors(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(match =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** Paths of this repository in code spans. Placeholders such as `<type>` stand for any name. */
export function pathsIn(text: string): string[] {
  const spans = [...text.matchAll(/`((?:src|test|docs|templates|scripts|bin)\/[^`\s]*)`/g)]
  return spans.map(match => match[1] ?? '')
}

/** Words after `supportmax` in code spans, and in shell and unnamed blocks. */
export function commandLines(text: string): string[][] {
  const lines = blocks(text, /^(sh|)$/).flatMap(block => block.split('\n'))
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(match => match[1] ?? '')
  return [...lines, ...spans].flatMap(line => {
    const [, words] = /^(?:\$ )?(?:\S*\/)?supportmax(?:\.js)?(?= |$)([^#|>]*)/.exec(line.trim()) ?? []
    return words === undefined ? [] : [wordsOf(words)]
  })
}

function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '')
}

/** Configuration documents: those with customers, and settings that go into one. Other JSON is what commands print. */
export function configurations(text: string): string[] {
  return blocks(text, /^jsonc?$/).flatMap(block => {
    const json = block.trim()
    if (json.startsWith('"')) return [`{ ${json}, "customers": [] }`]
    return /"customers": \[/.test(json) ? [json] : []
  })
}
