/** What accounts are called: as their entries are, in letters that a path can hold. */
import type { Found } from './found.js';

export type Ids = 'name' | 'issuer.name';

/** Of entries that come to the same id, the first has it; `undefined` where nothing is left of a name. */
export function idsOf(found: Found[], ids: Ids): { id: string | undefined; found: Found }[] {
  const taken = new Set<string>();
  return found.map((one) => {
    const { name, issuer } = one;
    const id = idOf(ids === 'name' || issuer === undefined ? name : `${issuer}.${name}`);
    const isFree = id !== undefined && !taken.has(id);
    if (isFree && !('unusable' in one)) taken.add(id);
    return { id: isFree ? id : undefined, found: one };
  });
}

function idOf(name: string): string | undefined {
  const id = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9._@+-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 128);
  return id === '' || /^\.{1,2}$/.test(id) ? undefined : id;
}
