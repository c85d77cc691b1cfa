import type { Check } from '../../../../stack/smoke.ts'

/** The checks as JUnit XML (the testsuite/testcase/failure form that CI systems read). */
export function junitXml(project: string, checks: Check[]): string {
  const failures = checks.filter(one => !one.ok).length
  const cases = checks.map(testCase)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="supportmax ${attribute(project)}" tests="${checks.length}" failures="${failures}">`,
    ...cases,
    '</testsuite>',
    '',
  ].join('\n')
}

function testCase(check: Check): string {
  const { customer, server, seconds, detail, ok } = check
  const open = `  <testcase classname="${attribute(`${customer}.${server}`)}" name="${check.check}" time="${seconds.toFixed(3)}"`
  return ok ? `${open}/>` : `${open}><failure message="${attribute(detail)}"/></testcase>`
}

/** XML 1.0 cannot represent control characters: they are dropped. */
function attribute(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/\p{Surrogate}/gu, '')
    .replace(/[&<>"]/g, char => entities[char] ?? char)
    .replace(/[\n\r\t]+/g, ' ')
}
