// What the command line uses of undici. Its own index also loads WebSockets, caches and mocks, which takes 13 ms.
import connect from '../node_modules/undici/lib/core/connect.js'
import Agent from '../node_modules/undici/lib/dispatcher/agent.js'
import Client from '../node_modules/undici/lib/dispatcher/client.js'
import EnvHttpProxyAgent from '../node_modules/undici/lib/dispatcher/env-http-proxy-agent.js'
import Pool from '../node_modules/undici/lib/dispatcher/pool.js'
import web from '../node_modules/undici/lib/web/fetch/index.js'

export const buildConnector = connect
export const fetch = web.fetch
export { Agent, Client, EnvHttpProxyAgent, Pool }
