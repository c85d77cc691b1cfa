import { expect, it } from 'vitest'
import { htmlDocument } from '../../src/agent/report/html/document.ts'

it('headings, lists, tables and code are HTML', () => {
  const html = htmlDocument(
    '# Acme <PROD>\n\n## one\n\n- **a** `b`\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n```\n<x>\n```\n',
  )
  expect(html).toContain('<title>Acme &lt;PROD&gt;</title>')
  expect(html).toContain('<h2>one</h2>')
  expect(html).toContain('<li><strong>a</strong> <code>b</code></li>')
  expect(html).toContain('<td>1</td><td>2</td>')
  expect(html).toContain('<pre><code>&lt;x&gt;</code></pre>')
})

it.each([
  ['<script>alert(1)</script>'],
  ['<img src="https://evil.example/?q=1">'],
  ['![x](https://evil.example/?q=1)'],
  ['[click](javascript:alert(1))'],
  ['[a][b]\n\n[b]: https://evil.example'],
  ['> <iframe src=//evil.example></iframe>'],
  ['- <svg onload=alert(1)>'],
  ['| <b onclick=x> |\n|---|\n| ![y](//evil.example) |'],
  ['<https://evil.example>'],
  ['`<script>`'],
  ['# <style>@import url(//evil.example)</style>'],
])('%s loads, links and runs nothing', markdown => {
  const html = htmlDocument(markdown)
  const tags = [...html.matchAll(/<([a-z]+\d?)/g)].map(([, tag]) => tag)
  const body = html.slice(html.indexOf('<main>'))
  expect(body).not.toMatch(/<(script|img|a|iframe|svg|style|link|object)\b/i)
  expect(body).not.toMatch(/<[^>]+\s(on\w+|src|href|style)\s*=/i)
  expect(tags.filter(tag => tag === 'style' || tag === 'script')).toEqual(['style'])
})
