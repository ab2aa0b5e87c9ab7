// A page of one of Twilio Verify's lists, and where the list goes on.
import * as v from 'valibot';
import { type Read, type Shape, textThat } from '../../wire/shape.js';
import { present, success } from './owned.js';

export interface Page<T> {
  items: T[];
  /** Where the list goes on; absent where it ends. */
  next?: string;
}

// {"factors":[..],"meta":{"page":0,"page_size":50,"first_page_url":"..","previous_page_url":null,"url":"..",
//  "next_page_url":"https://..?PageSize=50&Page=1&PageToken=..","key":"factors"}}
export const listOf = <T>(key: string, items: Shape<T>): Read<Page<T>> =>
  success(
    v.pipe(
      v.object({
        [key]: v.array(items),
        meta: v.object({ next_page_url: v.nullable(textThat(isPage)) }),
      }),
      v.transform(({ [key]: found, meta }) => {
        const { next_page_url: next } = meta as { next_page_url: string | null };
        return present<Page<T>>({ items: found as T[], next: next ? pageOf(next) : undefined });
      }),
    ),
  );

/** What is kept of such an address: the credentials go to no host that an answer names. */
function pageOf(url: string): string {
  const kept = new URLSearchParams();
  for (const [name, value] of new URL(url).searchParams) {
    if (name === 'Page' || name === 'PageToken') kept.set(name, value);
  }
  return kept.toString();
}

const isPage = (url: string): boolean => URL.canParse(url) && /\bPageToken=./.test(pageOf(url));
