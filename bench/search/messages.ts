/** Messages as people and models write them: English, German, Chinese, Japanese and code, the same ones in every run. */

const words: Record<string, string[]> = {
  english:
    'the of and to in is that for with as model answer token stream server request function value error context window prompt latency cache database index search memory thread return because however therefore example between different important possible language system process result question understand generate parameter configure network provider gateway retry'.split(
      ' ',
    ),
  german:
    'der die und das ist nicht mit für auf eine Schifffahrtsgesellschaft Datenbank Anfrage Antwort Geschwindigkeit Zusammenhang Verarbeitung möglich größer Übersicht Einstellung Schlüssel Wörterbuch natürlich Beispiel Entwicklung Sprachmodell Suchergebnis Verzeichnis Überprüfung Straßenbahn Fehlermeldung jedoch deshalb zwischen verschieden wichtig'.split(
      ' ',
    ),
  code: 'const let return await async function => === !== {} () [] import export from interface readonly string number Promise createSearchIndex foldText messageId chat_id std::vector<int> self.assertEqual println!("{}") SELECT * FROM messages WHERE useEffect(() C# C++ go'.split(
    ' ',
  ),
};
const chinese =
  '的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运';
const japanese =
  'これはモデルの応答を検索するための文章です。東京都で人工知能について質問しました。データベースの索引を作成し、結果を表示します。ありがとうございますとても便利な機能だと思いますが、速度はどうでしょうか。日本語の単語は空白で区切られていません。';

export type BenchMessage = { kind: string; text: string };

/** About 1 KB each; `seed` makes another set. */
export function makeMessages(count: number, seed = 1): BenchMessage[] {
  const random = createRandom(seed);
  const kinds = ['english', 'english', 'english', 'german', 'code', 'chinese', 'japanese'];
  return Array.from({ length: count }, (_, index) => {
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 'english';
    // A word of its own in each hundredth message, for questions that have few answers.
    const rare = index % 100 === 0 ? ` xylophone${index} 麒麟 ` : ' ';
    return { kind, text: textOf(kind, random) + rare + textOf(kind, random) };
  });
}

function textOf(kind: string, random: () => number): string {
  if (kind === 'chinese') {
    return Array.from({ length: 80 + random() * 180 }, (_, at) =>
      at % 17 === 16 ? '，' : pick(Array.from(chinese), random),
    ).join('');
  }
  if (kind === 'japanese') {
    return Array.from({ length: 8 + random() * 12 }, () => {
      const at = Math.floor(random() * (japanese.length - 14));
      return japanese.slice(at, at + 4 + Math.floor(random() * 10));
    }).join('');
  }
  const list = words[kind] ?? [];
  // Words that one text does not share with the next, as names and identifiers are.
  const own = Array.from({ length: 12 }, () => makeWord(random));
  return Array.from({ length: 40 + random() * 60 }, () =>
    random() < 0.25 ? pick(own, random) : pick(list, random),
  ).join(' ');
}

function makeWord(random: () => number): string {
  const syllables =
    'ba be bo da di fo ga gri ka la lo ma me mi na no pa pra que ra ri sa ste ta tro va ve zu'.split(' ');
  return Array.from({ length: 2 + random() * 3 }, () => pick(syllables, random)).join('');
}

function pick(list: readonly string[], random: () => number): string {
  return list[Math.floor(random() * list.length)] ?? '';
}

/** Mulberry32: small, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
