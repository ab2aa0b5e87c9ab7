/** Japanese, in the polite form. */
import type { Catalogue } from './catalogue.js';

export const ja: Catalogue = {
  locale: 'ja',
  direction: 'ltr',
  gap: '',
  list: 'unit',
  perhaps: 'おそらく',
  about: '約 {duration}',
  over: '{percent} 超',
  person: {
    malformed:
      'コードは数字だけでできています。アプリに表示されている数字をすべて、数字だけで入力してください。',
    ok: 'このコードは正しいものです。受け付けられなかった場合は、次のコードが表示されるのを待って入力してください。',
    again:
      'このコードは受け付けられませんでした。次のコードが表示されるのを待って入力してください。',
    slow: 'スマートフォンの時計が{about}遅れています。',
    fast: 'スマートフォンの時計が{about}進んでいます。',
    automatic: '日付と時刻を自動設定にしてから、次のコードを入力してください。',
    ours: '当方の時計がずれています。お客様が変更する必要はありません。しばらくしてからもう一度お試しください。',
    parameters:
      'アプリのコードの作り方が、このアカウントの設定と異なります。アプリでアカウントを設定し直してください。',
    unstable:
      'このアカウントのコードに食い違いがあります。アプリでアカウントを設定し直してください。',
  },
  looks: {
    summer: '夏時間のために手動で変更されているようです。',
    zone: '手動で別のタイムゾーンの時刻に合わせられているようです。',
  },
  operator: {
    malformed: 'これはコードではありません。数字以外の文字があるか、桁数が違います。',
    ok: 'これは{perhaps}正しいコードです。',
    replayed: 'このコードは{perhaps}使用済みです。',
    stale: 'これは{perhaps}入力が遅すぎた古いコードです。',
    future: 'これは{perhaps}前もって控えておかれたコードです。',
    'device-slow': 'スマートフォンの時計は{perhaps}{about}遅れています。',
    'device-fast': 'スマートフォンの時計は{perhaps}{about}進んでいます。',
    'verifier-clock': 'このマシンの時計は{perhaps}ずれています。',
    'clock-stepped': 'このマシンの時計は{perhaps}前の時刻に戻されています。',
    'wrong-parameters':
      'このコードは{perhaps}、別のアルゴリズム、桁数または周期であれば正しいものです。',
    unstable: 'このシークレットのコードは{perhaps}、互いにずれた複数の時計によるものです。',
    'no-match': 'これは{perhaps}このシークレットのコードではありません。',
  },
  offset: {
    slow: 'このマシンに対して、スマートフォンは {range}遅れています。',
    fast: 'このマシンに対して、スマートフォンは {range}進んでいます。',
    both: 'このマシンに対するスマートフォンのずれは、遅れが最大 {slow}、進みが最大 {fast}です。',
  },
  evidence: {
    zero: '確率は {percent}です。',
    other: '確率は {percent}です（根拠となるコードは {n} 個）。',
  },
  next: {
    askNextCode: '次の手順：次のコードを入力してもらってください。',
    fixPhone: '次の手順：スマートフォンの日付と時刻を自動設定にしてもらってください。',
    fixOurs: '次の手順：このマシンの時計を合わせてください。',
    retry: '次の手順：コードをもう一度入力してもらってください。',
    reEnroll: '次の手順：スマートフォンを登録し直してください。',
  },
};
