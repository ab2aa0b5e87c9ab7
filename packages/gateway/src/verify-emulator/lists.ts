/** Verify's lists, a page at a time. */
import { whole } from './form.js';

/** A page of the items under `key`, in JSON of its own; `url` is the one that was asked for. */
export function pageOf(
  items: readonly object[],
  { key, url }: { key: string; url: URL },
): Record<string, unknown> {
  const size = whole(url.searchParams, 'PageSize', [1, 1000]) ?? 50;
  const page = whole(url.searchParams, 'Page', [0, 9999]) ?? 0;
  const at = (number: number): string | null => {
    if (number < 0 || (number > 0 && number * size >= items.length)) return null;
    const there = new URL(url);
    there.searchParams.set('PageSize', String(size));
    there.searchParams.set('Page', String(number));
    if (number > 0) there.searchParams.set('PageToken', `PT${number}`);
    else there.searchParams.delete('PageToken');
    return there.href;
  };
  return {
    [key]: items.slice(page * size, (page + 1) * size),
    meta: {
      page,
      page_size: size,
      first_page_url: at(0),
      previous_page_url: at(page - 1),
      url: url.href,
      next_page_url: at(page + 1),
      key,
    },
  };
}
