// Three texts of every language, to the letter, as a reader of it would want them.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Diagnosis } from '../../src/index.js';
import { tellOperator, tellPerson } from '../../src/messages/tell.js';
import { CATALOGUES } from './catalogues.js';

const SLOW: Diagnosis = {
  verdict: 'device-slow',
  certainty: 'certain',
  offset: { min: -449.3, max: -390 },
  posterior: 0.99999,
  evidence: 2,
  next: 'fixClock',
};
const ZONE: Diagnosis = {
  ...SLOW,
  verdict: 'device-fast',
  offset: { min: 19_769, max: 19_829 },
  looksLike: { minutes: 330 },
};
const SUSPICION: Diagnosis = { ...ZONE, certainty: 'suspected', posterior: 0.717, evidence: 1 };

/** To the person, of a phone slow and of one in another time zone; then to the operator. */
const TEXTS: Record<string, [string, string, string[]]> = {
  en: [
    'Your phone’s clock is about 7 minutes slow. Set the phone’s date and time to automatic, then type the next code.',
    'Your phone’s clock is about 5 hours and 30 minutes fast. It looks as if it was set by hand to another time zone. Set the phone’s date and time to automatic, then type the next code.',
    [
      'The phone’s clock is probably about 5 hours and 30 minutes fast.',
      'Against this machine, the phone is 19,769–19,829 seconds fast.',
      'It looks as if it was set by hand to another time zone.',
      'Probability: 71.7%, from 1 code.',
      'Next: have the phone’s date and time set to automatic.',
    ],
  ],
  es: [
    'El reloj de su teléfono está atrasado alrededor de 7 minutos. Active la fecha y la hora automáticas y escriba el código siguiente.',
    'El reloj de su teléfono está adelantado alrededor de 5 horas y 30 minutos. Parece que se ajustó a mano a otra zona horaria. Active la fecha y la hora automáticas y escriba el código siguiente.',
    [
      'El reloj del teléfono está probablemente adelantado alrededor de 5 horas y 30 minutos.',
      'Con respecto a este equipo, el teléfono está adelantado 19.769-19.829 segundos.',
      'Parece que se ajustó a mano a otra zona horaria.',
      'Probabilidad: 71,7 %, según 1 código.',
      'Siguiente paso: pida que se activen la fecha y la hora automáticas en el teléfono.',
    ],
  ],
  pt: [
    'O relógio do seu telefone está cerca de 7 minutos atrasado. Ative a data e a hora automáticas e digite o próximo código.',
    'O relógio do seu telefone está cerca de 5 horas e 30 minutos adiantado. Parece que ele foi ajustado à mão para outro fuso horário. Ative a data e a hora automáticas e digite o próximo código.',
    [
      'O relógio do telefone está provavelmente cerca de 5 horas e 30 minutos adiantado.',
      'Em relação a esta máquina, o telefone está 19.769–19.829 segundos adiantado.',
      'Parece que ele foi ajustado à mão para outro fuso horário.',
      'Probabilidade: 71,7%, com base em 1 código.',
      'Próximo passo: peça que a data e a hora do telefone fiquem automáticas.',
    ],
  ],
  de: [
    'Die Uhr Ihres Telefons geht etwa 7 Minuten nach. Stellen Sie Datum und Uhrzeit auf automatisch und geben Sie dann den nächsten Code ein.',
    'Die Uhr Ihres Telefons geht etwa 5 Stunden und 30 Minuten vor. Offenbar wurde sie von Hand auf eine andere Zeitzone gestellt. Stellen Sie Datum und Uhrzeit auf automatisch und geben Sie dann den nächsten Code ein.',
    [
      'Die Uhr des Telefons geht wahrscheinlich etwa 5 Stunden und 30 Minuten vor.',
      'Gegenüber diesem Rechner geht das Telefon 19.769–19.829 Sekunden vor.',
      'Offenbar wurde sie von Hand auf eine andere Zeitzone gestellt.',
      'Wahrscheinlichkeit: 71,7 %, gestützt auf 1 Code.',
      'Nächster Schritt: Datum und Uhrzeit des Telefons auf automatisch stellen lassen.',
    ],
  ],
  fr: [
    'L’horloge de votre téléphone retarde d’environ 7 minutes. Activez la date et l’heure automatiques, puis saisissez le code suivant.',
    'L’horloge de votre téléphone avance d’environ 5 heures et 30 minutes. Elle semble avoir été réglée à la main sur un autre fuseau horaire. Activez la date et l’heure automatiques, puis saisissez le code suivant.',
    [
      'L’horloge du téléphone avance probablement d’environ 5 heures et 30 minutes.',
      'Par rapport à cette machine, le téléphone a 19 769–19 829 secondes d’avance.',
      'Elle semble avoir été réglée à la main sur un autre fuseau horaire.',
      'Probabilité : 71,7 %, d’après 1 code.',
      'Étape suivante : faites activer la date et l’heure automatiques sur le téléphone.',
    ],
  ],
  it: [
    'L’orologio del Suo telefono è indietro di circa 7 minuti. Imposti data e ora su automatico, poi inserisca il codice successivo.',
    'L’orologio del Suo telefono è avanti di circa 5 ore e 30 minuti. Sembra che sia stato regolato a mano su un altro fuso orario. Imposti data e ora su automatico, poi inserisca il codice successivo.',
    [
      'L’orologio del telefono è probabilmente avanti di circa 5 ore e 30 minuti.',
      'Rispetto a questa macchina, il telefono è avanti di 19.769-19.829 secondi.',
      'Sembra che sia stato regolato a mano su un altro fuso orario.',
      'Probabilità: 71,7%, in base a 1 codice.',
      'Prossimo passo: faccia impostare data e ora del telefono su automatico.',
    ],
  ],
  ja: [
    'スマートフォンの時計が約 7 分遅れています。日付と時刻を自動設定にしてから、次のコードを入力してください。',
    'スマートフォンの時計が約 5 時間 30 分進んでいます。手動で別のタイムゾーンの時刻に合わせられているようです。日付と時刻を自動設定にしてから、次のコードを入力してください。',
    [
      'スマートフォンの時計はおそらく約 5 時間 30 分進んでいます。',
      'このマシンに対して、スマートフォンは 19,769～19,829 秒進んでいます。',
      '手動で別のタイムゾーンの時刻に合わせられているようです。',
      '確率は 71.7%です（根拠となるコードは 1 個）。',
      '次の手順：スマートフォンの日付と時刻を自動設定にしてもらってください。',
    ],
  ],
  ar: [
    'ساعة هاتفك متأخرة (\u2068٧ دقائق\u2069 تقريبًا). يُرجى ضبط التاريخ والوقت على الوضع التلقائي، ثم إدخال الرمز التالي.',
    'ساعة هاتفك متقدمة (\u2068٥ ساعات و٣٠ دقيقة\u2069 تقريبًا). يبدو أنها ضُبطت يدويًا على منطقة زمنية أخرى. يُرجى ضبط التاريخ والوقت على الوضع التلقائي، ثم إدخال الرمز التالي.',
    [
      'ساعة الهاتف متقدمة على الأرجح (\u2068٥ ساعات و٣٠ دقيقة\u2069 تقريبًا).',
      'تقدُّم الهاتف على هذا الجهاز: \u2068١٩٬٧٦٩–١٩٬٨٢٩ ثانية\u2069.',
      'يبدو أنها ضُبطت يدويًا على منطقة زمنية أخرى.',
      'الاحتمال: \u2068٧١٫٧٪\u2069، استنادًا إلى رمز واحد.',
      'الخطوة التالية: طلب ضبط التاريخ والوقت في الهاتف على الوضع التلقائي.',
    ],
  ],
};

/** Which spaces do not break, and where a mark of direction stands, differs between ICU versions. */
function plain(text: string): string {
  return text.replace(/[\u00a0\u202f]/g, ' ').replace(/\u061c/g, '');
}

it.each(Object.entries(CATALOGUES))('%s says it so', (language, catalogue) => {
  expect([
    plain(tellPerson(SLOW, catalogue)),
    plain(tellPerson(ZONE, catalogue)),
    tellOperator(SUSPICION, catalogue).map(plain),
  ]).toStrictEqual(TEXTS[language]);
});

it('an hour is daylight saving time, whichever way; everything else a time zone', () => {
  const looks = (minutes: number) =>
    tellPerson({ ...ZONE, looksLike: { minutes } }, CATALOGUES.en!).split('. ')[1];
  expect([-60, 60, 120, -15].map(looks)).toStrictEqual([
    'It looks as if it was set by hand for daylight saving time',
    'It looks as if it was set by hand for daylight saving time',
    'It looks as if it was set by hand to another time zone',
    'It looks as if it was set by hand to another time zone',
  ]);
});

it('the README quotes the English one', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const en = CATALOGUES.en!;
  const quoted = [tellPerson(SLOW, en), ...tellOperator(SLOW, en)].map((line) => `// ${line}`);
  const [person, ...operator] = quoted;
  expect(readme).toContain(`tellPerson(diagnosis, en);\n${person}\n`);
  expect(readme).toContain(`tellOperator(diagnosis, en).join('\\n');\n${operator.join('\n')}\n`);
});
