// The conformance suite sends no token: this passes its requests on with one.
// Usage: with-token.ts PORT URL TOKEN

import { createServer, request } from 'node:http'

const [port, url = '', token] = process.argv.slice(2)

createServer((req, res) => {
  // The Host header names this machine, or is what a test of it is about.
  const headers = { ...req.headers, authorization: `Bearer ${token}` }
  const passed = request(url, { method: req.method ?? 'GET', headers }, answer => {
    res.writeHead(answer.statusCode ?? 502, answer.headers)
    res.flushHeaders()
    answer.pipe(res)
  })
  passed.on('error', () => res.destroy())
  res.on('close', () => passed.destroy())
  req.pipe(passed)
}).listen(Number(port), '127.0.0.1', () => console.log('listening'))
