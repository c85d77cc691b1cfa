import type { CommandSpec } from '../spec.ts'

/** Customers' tools for other MCP clients. */
export const GATEWAY: CommandSpec[] = [
  {
    usage: 'serve',
    summary: "serve each customer's tools to other MCP clients over HTTP, at a URL of its own",
    options: [
      ['--port <port>', 'port on 127.0.0.1, kept for the next time (default: the last one, or 7777)'],
      ['--allow-origin <origins...>', 'origins whose web pages may call (default: none)'],
      ['--detach', 'run in the background'],
      ['--print-unit', 'print a systemd user unit for it, and start nothing'],
    ],
    examples: ['serve', 'serve --detach'],
    load: () => import('../serve/serve.ts'),
  },
  {
    usage: 'serve status',
    summary: 'show the MCP servers, sessions, calls and refusals of a running `serve`',
    examples: ['serve status'],
    load: () => import('../serve/status.ts'),
  },
  {
    usage: 'serve stop',
    summary: 'stop a running `serve`, after its requests in progress',
    examples: ['serve stop'],
    load: () => import('../serve/stop.ts'),
  },
  {
    usage: 'gateway',
    summary: "serve one customer's tools on stdin and stdout, for an MCP client to start",
    options: [
      ['--customer <name>', 'customer (default: "default" in the configuration)'],
      ['--role <role>', 'read-only or read-write (default: read-only)'],
      ['--alone', 'do not use a running `serve`'],
    ],
    examples: ['gateway --customer acme'],
    load: () => import('../serve/gateway.ts'),
  },
  {
    usage: 'bridge <customer> <server>',
    summary: "serve one of a customer's MCP servers on stdin and stdout, for another MCP client",
    examples: ['bridge acme grafana'],
    load: () => import('../bridge/bridge.ts'),
  },
]
