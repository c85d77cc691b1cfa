import type { CommandSpec } from '../spec.ts'

const DRY_RUN: [string, string] = ['--dry-run', 'show what would be written without writing it']

/** The configuration, and what may be executed. */
export const CONFIGURATION: CommandSpec[] = [
  {
    usage: 'customers',
    summary: 'list customers, their servers and missing credentials',
    examples: ['customers', 'customers --json'],
    load: () => import('../customers/list.ts'),
  },
  {
    usage: 'customer add <name>',
    summary: 'add a customer to the configuration',
    options: [
      ['--id <id>', 'id, part of the names of containers and credentials (default: derived from the name)'],
      ['--host <host>', 'host that addresses are derived from'],
      ['--environment <name>', 'environment, such as prod; marked on every screen'],
      ['--access <access>', 'read-only or read-write (default: read-only)'],
      DRY_RUN,
    ],
    examples: ['customer add "Acme GmbH" --id acme --environment prod'],
    load: () => import('../customers/add.ts'),
  },
  {
    usage: 'customer remove <customer>',
    summary: 'remove a customer from the configuration',
    options: [DRY_RUN],
    examples: ['customer remove acme --dry-run'],
    load: () => import('../customers/remove.ts'),
  },
  {
    usage: 'customer rename <customer> <name>',
    summary: 'change the name of a customer; the id stays',
    options: [
      ['--id <id>', 'change the id too; servers and credentials of the previous id stay behind'],
      DRY_RUN,
    ],
    examples: ['customer rename acme "Acme Europe"'],
    load: () => import('../customers/rename.ts'),
  },
  {
    usage: 'customer show <customer>',
    summary: 'show the settings and servers of a customer',
    examples: ['customer show acme'],
    load: () => import('../customers/show.ts'),
  },
  {
    usage: 'server add <customer> [name] [command...]',
    summary: 'add a server to a customer: a type, an address, a package, an image, or a command after --',
    options: [
      ['--type <type>', 'one of `supportmax types`'],
      ['--url <url>', 'address of a server that runs elsewhere'],
      ['--package <name>', 'package, such as npm:@playwright/mcp@0.0.83 or pypi:mcp-server-time==2026.1'],
      ['--bin <name>', 'program of the package to start'],
      ['--image <reference>', 'container image; speaks stdio unless --container-port is set'],
      ['--container-port <port>', 'port on which the image serves MCP over HTTP'],
      ['--path <path>', 'path on that port (default: /mcp)'],
      ['--volume <paths...>', 'folders for the image, read-only, as FOLDER:/IN/CONTAINER'],
      ['--env <pairs...>', 'environment, as KEY=VALUE; KEY alone is a credential to fill in'],
      ['--header <pairs...>', 'headers of requests to --url, as "Name: value"'],
      ['--sign-in', 'sign in to --url as a person, with `supportmax auth login`'],
      ['--set <pairs...>', 'settings of the type, as KEY=VALUE'],
      ['--transport <kind>', 'streamable-http or sse (default: try both)'],
      ['--cwd <folder>', 'working directory of the command'],
      ['--trust-hints', 'believe what the server says about which tools are read-only'],
      DRY_RUN,
    ],
    examples: [
      'server add acme --type alertmanager --set alertmanager_url=https://alerts.acme.example',
      'server add acme tickets --url https://mcp.example.net/mcp --header "Authorization: Bearer …"',
      'server add acme wiki --url https://wiki.example.com/mcp --sign-in',
      'server add acme files -- npx -y @modelcontextprotocol/server-filesystem /srv/acme',
    ],
    load: () => import('../servers/add.ts'),
  },
  {
    usage: 'server remove <customer> <server>',
    summary: 'remove a server from the configuration',
    options: [DRY_RUN],
    examples: ['server remove acme files'],
    load: () => import('../servers/remove.ts'),
  },
  {
    usage: 'server show <customer> <server>',
    summary: 'show the settings of a server',
    examples: ['server show acme files'],
    load: () => import('../servers/show.ts'),
  },
  {
    usage: 'import <file>',
    summary: "add the MCP servers of another client's file to a customer",
    options: [
      ['--customer <name>', 'customer that gets the servers; added if it does not exist'],
      ['--dry-run', 'show what would be written without writing it'],
      ['--yes', 'write without asking'],
    ],
    examples: ['import .mcp.json --customer acme', 'import ~/.cursor/mcp.json --customer acme --dry-run'],
    load: () => import('../config/import.ts'),
  },
  {
    usage: 'trust [customers...]',
    summary: 'show what the configuration would execute, and allow it',
    options: [['--yes', 'allow it without asking']],
    examples: ['trust', 'trust acme --yes'],
    load: () => import('../trust/trust.ts'),
  },
  {
    usage: 'config validate',
    summary: 'check mcp_servers.json',
    examples: ['config validate', 'config validate --json'],
    load: () => import('../config/validate.ts'),
  },
  {
    usage: 'config migrate',
    summary: 'convert grafana_servers.json, the older format, to mcp_servers.json',
    options: [DRY_RUN],
    examples: ['config migrate --dry-run', 'config migrate'],
    load: () => import('../config/migrate.ts'),
  },
  {
    usage: 'config schema',
    summary: 'print the JSON Schema of mcp_servers.json, for editors',
    examples: ['config schema > mcp_servers.schema.json'],
    load: () => import('../config/schema.ts'),
  },
]
