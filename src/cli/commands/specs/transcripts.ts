import type { CommandSpec } from '../spec.ts'

/** What is kept of conversations. */
export const TRANSCRIPTS: CommandSpec[] = [
  {
    usage: 'transcript list [customer]',
    summary: 'list conversations of the chat, newest first',
    examples: ['transcript list', 'transcript list acme --json'],
    load: () => import('../transcript/list.ts'),
  },
  {
    usage: 'transcript show <id>',
    summary: 'print a conversation',
    examples: ['transcript show 3f2a'],
    load: () => import('../transcript/show.ts'),
  },
  {
    usage: 'transcript export <id>',
    summary: 'write a conversation as Markdown, JSON or one HTML file',
    options: [
      ['--format <format>', 'markdown, json or html (default: markdown)'],
      ['--output <file>', 'a new file (default: print it)'],
    ],
    examples: ['transcript export 3f2a --format html --output incident.html'],
    load: () => import('../transcript/export.ts'),
  },
  {
    usage: 'transcript share <id>',
    summary: 'write a note that can be sent to the customer: recorded facts, and findings that results prove',
    options: [
      ['--format <format>', 'markdown or html (default: markdown)'],
      ['--output <file>', 'a new file (default: print it)'],
    ],
    examples: ['transcript share 3f2a --format html --output note.html'],
    load: () => import('../transcript/share.ts'),
  },
  {
    usage: 'transcript purge',
    summary: 'remove what is older than `keep_days` says',
    options: [
      ['--customer <name>', 'only of one customer'],
      ['--dry-run', 'print how much, and remove nothing'],
    ],
    examples: ['transcript purge --dry-run'],
    load: () => import('../transcript/purge.ts'),
  },
  {
    usage: 'transcript erase',
    summary: 'erase all that is kept of a customer or a person, and print a receipt',
    options: [
      ['--customer <name>', 'a customer'],
      ['--person <name>', 'a user of this machine, or somebody in the audit record'],
      ['--yes', 'erase it without asking'],
    ],
    examples: ['transcript erase --customer acme', 'transcript erase --person anna'],
    load: () => import('../transcript/erase/erase.ts'),
  },
]
