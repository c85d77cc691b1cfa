import type { CommandSpec } from '../spec.ts'

/** Everything else. */
export const OTHERS: CommandSpec[] = [
  {
    usage: 'compose generate',
    summary: 'write docker-compose.mcps.yml',
    options: [
      ['--output <file>', 'write to this file instead'],
      ['--stdout', 'print it instead of writing a file'],
      ['--check', 'exit 1 if the file is missing or out of date'],
      ['--customer <names...>', 'only these customers, with --stdout or --output'],
    ],
    examples: ['compose generate', 'compose generate --check'],
    load: () => import('../compose/generate.ts'),
  },
  {
    usage: 'images build',
    summary: "build the images of supportmax's own MCP servers",
    options: [['--type <types...>', 'only images of these types']],
    examples: ['images build --type alertmanager'],
    load: () => import('../images/build.ts'),
  },
  {
    usage: 'types',
    summary: 'list the supported types of MCP servers',
    examples: ['types'],
    load: () => import('../types/list.ts'),
  },
  {
    usage: 'demo',
    summary: 'try supportmax on simulated systems: no Docker, no keys',
    options: [
      ['--keep', 'leave the demo running afterwards'],
      ['--stop', 'stop a demo that was left running'],
    ],
    examples: ['demo'],
    load: () => import('../demo/demo.ts'),
  },
  {
    usage: 'settings',
    summary: 'show your own settings, for all configurations',
    examples: ['settings'],
    load: () => import('../settings/settings.ts'),
  },
  {
    usage: 'settings set <name> [value]',
    summary: 'change one of your own settings: customer, runtime, color or platform',
    options: [['--unset', 'remove it']],
    examples: ['settings set runtime local', 'settings set customer --unset'],
    load: () => import('../settings/set.ts'),
  },
  {
    usage: 'completion <shell>',
    summary: 'print a script that completes commands, customers and servers in bash, zsh or fish',
    examples: ['completion bash > ~/.local/share/bash-completion/completions/supportmax'],
    load: () => import('../completion/script.ts'),
  },
  {
    usage: 'help [command...]',
    summary: 'show help for a command',
    examples: ['help tools call'],
    load: () => import('../help/help.ts'),
  },
  {
    usage: 'version',
    summary: 'print the version',
    examples: ['version'],
    load: () => import('../help/version.ts'),
  },
]
