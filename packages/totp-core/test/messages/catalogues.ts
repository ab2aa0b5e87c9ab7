/** Every language, under the name its subpath exports. */
import { ar } from '@driftlock/totp-core/messages/ar';
import { de } from '@driftlock/totp-core/messages/de';
import { en } from '@driftlock/totp-core/messages/en';
import { es } from '@driftlock/totp-core/messages/es';
import { fr } from '@driftlock/totp-core/messages/fr';
import { it } from '@driftlock/totp-core/messages/it';
import { ja } from '@driftlock/totp-core/messages/ja';
import { pt } from '@driftlock/totp-core/messages/pt';
import type { Catalogue } from '../../src/messages/catalogue.js';

export const CATALOGUES: Record<string, Catalogue> = { en, es, pt, de, fr, it, ja, ar };
