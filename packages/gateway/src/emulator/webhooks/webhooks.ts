/** Webhooks of the application: kept and listed, and never called. */
import type { Params } from '../params.js';

export interface Webhook {
  id: string;
  name: string;
  url: string;
  events: string[];
}

/** What a webhook call is signed with, and names itself by; made at the start. */
export interface WebhookKeys {
  signingKey: string;
  accessKey: string;
}

/** Characters of a name, and events of a webhook. */
const LONGEST = 200;
const MOST = 100;

export function readWebhook(
  params: Params,
): { webhook: Omit<Webhook, 'id'> } | { refused: Record<string, string> } {
  const name = params.get('name') ?? '';
  const url = params.get('url') ?? '';
  const events = eventsOf(params);
  const refused: Record<string, string> = {};
  if (name === '' || name.length > LONGEST) refused.name = 'is invalid';
  if (!/^https?:\/\/\S+$/i.test(url) || url.length > 2000) refused.url = 'is invalid';
  if (events.length === 0 || events.length > MOST || events.includes('')) {
    refused.events = 'is invalid';
  }
  return Object.keys(refused).length > 0 ? { refused } : { webhook: { name, url, events } };
}

export function eventsOf(params: Params): string[] {
  return [...params].flatMap(([name, event]) => (/^events\[\d+\]$/.test(name) ? [event] : []));
}
