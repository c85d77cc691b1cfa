import type { Path, Reporter } from '../../../document/problems.ts'
import { referenceFault, referencesIn } from '../../../references.ts'

/** Variables by which supportmax finds and guards what it has started. */
const OURS = /^SUPPORTMAX_/

/** Variables that make a program run other code than its command names. */
const LOADERS =
  /^(PATH|LD_\w+|DYLD_\w+|NODE_(OPTIONS|PATH)|PYTHON(PATH|HOME|STARTUP)|BASH_ENV|ENV|PERL5(OPT|LIB)|RUBY(OPT|LIB)|(_JAVA|JDK_JAVA|JAVA_TOOL)_OPTIONS|GIT_SSH_COMMAND)$/

/** Whether the value of this variable decides what is executed. */
export function isLoader(name: string): boolean {
  return LOADERS.test(name)
}

/** Reports what is wrong with one variable of a command. */
export function checkVariable(
  reporter: Reporter,
  at: Path,
  { name, value }: { name: string; value: string },
) {
  const fault = referenceFault(value)
  if (fault) reporter.error(at, fault.message, fault.hint)
  if (OURS.test(name)) reporter.error(at, 'is set by supportmax itself', 'use another name')
  // The value of a credential may change without anybody being asked.
  if (isLoader(name) && referencesIn(value).length > 0)
    reporter.error(
      at,
      'decides what is executed, so it must not come from a credential',
      'write its value here',
    )
}
