import { escaped, htmlBlocks } from './blocks.ts'

/** A document of ours as one HTML file, which needs nothing else and runs nothing. @param more HTML of ours to end with */
export function htmlDocument(markdown: string, more = ''): string {
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? 'supportmax'
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${htmlBlocks(markdown)}
${more}
</main>
</body>
</html>
`
}

const STYLE = `
:root { --ink: #1c2328; --paper: #fdfdfb; --quiet: #5b666e; --line: #d9dedf; --shade: #f1f3f2; --mark: #0b6e69; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e8ea; --paper: #14181b; --quiet: #98a4ab; --line: #333b41; --shade: #1d2327; --mark: #5cc4bb; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 0.5rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 0.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3, h4 { font-size: 1rem; margin: 1.2rem 0 0.4rem; }
p, ul, ol, table, pre { margin: 0.6rem 0; }
em { color: var(--quiet); }
blockquote { margin: 0.8rem 0; padding: 0.1rem 0 0.1rem 1rem; border-left: 3px solid var(--mark); }
details { margin: 0.6rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
li { margin: 0.2rem 0; overflow-wrap: anywhere; }
code, pre { font: 0.875em/1.5 ui-monospace, monospace; background: var(--shade); border-radius: 3px; }
code { padding: 0.1em 0.3em; overflow-wrap: anywhere; }
pre { padding: 0.7rem 0.9rem; overflow-x: auto; }
pre code { padding: 0; }
table { border-collapse: collapse; font-size: 0.925em; }
th, td { text-align: left; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
@media print {
  :root { --ink: #000; --paper: #fff; --quiet: #444; --line: #bbb; --shade: #f4f4f4; --mark: #444; }
  main { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  pre { white-space: pre-wrap; }
}
`
