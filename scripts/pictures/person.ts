// Loaded before the program of a picture, which names nobody of this machine.

import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'

const real = os.userInfo
os.userInfo = ((options?: object) => ({ ...real(options), username: 'lena' })) as typeof os.userInfo
syncBuiltinESMExports()
