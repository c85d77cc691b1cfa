// Names that a person would read the same way.

/** Without accents, and without what nobody sees; full-width and other forms of a letter are the plain one. */
export function unmarked(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}|\p{Default_Ignorable_Code_Point}/gu, '')
}

/** The idea of Unicode UTS #39, section 4, for the letters that are used in names: `l`, `I` and `1` are the same. */
export function skeleton(text: string): string {
  return unmarked(text)
    .replace(ODD, one => LOOKS_LIKE.get(one) ?? one)
    .toLowerCase()
}

/** Letters, and the ones that they look like, in the same order: every capital I is an l. */
const LOOKS_LIKE = new Map(
  [
    ['асеһіјԛорѕԝхуԁѵгкмтвн', 'acehijqopswxydvrkmtbh'],
    ['АВСЕНІЈКМОРЅТХУԚԜ', 'ABCEHlJKMOPSTXYQW'],
    ['αβγικνορτυχω', 'abyiKvoptuxw'],
    ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHlKMNOPTYX'],
    ['ոօսհցɑɡı', 'nouhgagi'],
    ['01I|', 'olll'],
  ].flatMap(([odd = '', plain = '']) => [...odd].map((one, at) => [one, [...plain][at] ?? one] as const)),
)
const ODD = new RegExp(`[${[...LOOKS_LIKE.keys()].join('')}]`, 'gu')
