// What a library gets for string-width.
export { columnsOf as default } from '../../src/base/text/columns.ts'
