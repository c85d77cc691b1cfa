// The shape of the settings that say how to get to another host.

import { z } from 'zod'

const text = z.string().min(1, 'must not be empty').max(500, 'is longer than 500 characters')

export const networkPath = {
  ca_file: text.optional().describe('PEM file of CAs to trust, relative to this file'),
  proxy: text
    .optional()
    .describe('HTTP proxy, for example http://${PROXY_USER}:${PROXY_PASSWORD}@proxy.example.com:3128'),
  no_proxy: z
    .array(z.string().regex(/^[^\s,/$]{1,500}$/, 'must be one host, such as ".example.com"'))
    .optional()
    .describe('Hosts to reach without the proxy, such as ".example.com"'),
}

/** @param where to say in which cases they may be set */
export function clientCertificate(where = '') {
  return {
    client_cert_file: text.optional().describe(`${where}PEM file of our certificate (mutual TLS)`),
    client_key_file: text.optional().describe(`${where}PEM file of its key`),
  }
}
