import { describe, expect, test } from 'vitest';
import { notesIn, refusalOf, settingsIn } from './places.ts';

const read = (content: string | Buffer) => settingsIn('environment_file', content);

describe('a value in an environment file is what Compose makes of it', () => {
  test.each([
    ['plain', 'MX_A_B=hello', 'hello'],
    ['nothing', 'MX_A_B=', ''],
    ['with =', 'MX_A_B=a=b', 'a=b'],
    ['with a # that is no comment', 'MX_A_B=https://example.com/#top', 'https://example.com/#top'],
    ['before a comment', 'MX_A_B=hello # why', 'hello'],
    ['in single quotes, literally', "MX_A_B='a \\n $X # b' # why", 'a \\n $X # b'],
    ['in single quotes with an escaped one', "MX_A_B='Let\\'s go!'", "Let's go!"],
    ['in double quotes, with escapes', 'MX_A_B="a\\n\\"b\\" # c"', 'a\n"b" # c'],
    ['in double quotes with octal digits', 'MX_A_B="\\0101\\0"', 'A\\'],
    ['over lines in double quotes', 'MX_A_B="a\nb"', 'a\nb'],
    ['over lines in single quotes', "MX_A_B='a\nb'", 'a\nb'],
    ['exported', 'export MX_A_B=hello', 'hello'],
    ['with an apostrophe', "MX_A_B=don't", "don't"],
    ['with blanks round =', 'MX_A_B = hello  ', 'hello'],
    ['after a colon, as in YAML', 'MX_A_B: hello', 'hello'],
    ['with Windows line ends', 'MX_A_B=hello\r', 'hello'],
  ])('%s', (_, line, text) => {
    expect(read(`# first\n\nPORT=8080\n${line}\nLAST=1`)).toEqual([`MX_A_B = text ${JSON.stringify(text)}`]);
  });
});

describe('variables within a value', () => {
  test.each([
    ['one that an earlier line sets', 'MX_A_B=$BASE/x', '/data/x'],
    ['in braces', `MX_A_B=\${BASE}x`, '/datax'],
    ['in double quotes', `MX_A_B="\${BASE} x"`, '/data x'],
    ['with a default that is not needed', `MX_A_B=\${BASE:-/srv}/files`, '/data/files'],
    ['with a default for empty', `MX_A_B=\${EMPTY:-/srv}`, '/srv'],
    ['empty, with a default for "not set" only', `MX_A_B=\${EMPTY-/srv}`, ''],
    ['with a word for "set"', `MX_A_B=\${EMPTY+yes}`, 'yes'],
    ['with a word for "set and not empty"', `MX_A_B=a\${EMPTY:+yes}`, 'a'],
    ['within a default', `MX_A_B=\${EMPTY:-\${BASE}/x}`, '/data/x'],
    ['required and there', `MX_A_B=\${BASE:?must be set}`, '/data'],
    ['two dollars are one', 'MX_A_B=a$$b', 'a$b'],
    ['an escaped dollar in double quotes is one', 'MX_A_B="a\\$BASE"', 'a$BASE'],
    ['a dollar that begins nothing stays', 'MX_A_B=5 $ or $1', '5 $ or $1'],
  ])('%s', (_, line, text) => {
    expect(read(`BASE=/data\nEMPTY=\n${line}\n`)).toEqual([`MX_A_B = text ${JSON.stringify(text)}`]);
  });

  test.each([
    ['one that no line sets', `MX_A_B=https://\${PUBLIC_HOST}/api`],
    ['one with a default, which the host may replace', `MX_A_B=\${PUBLIC_HOST:-localhost}`],
    ['one that only a later line sets', 'MX_A_B=$LATER\nLATER=1'],
    ['one that depends on the host itself', `NAME=\${HOST}\nMX_A_B=$NAME`],
  ])('%s depends on the host: set, and not known to what', (_, lines) => {
    expect(read(lines)).toEqual(['MX_A_B = surely set, not read']);
  });

  test('a name alone is passed on from the host: perhaps set', () => {
    expect(read('MX_A_B\nMX_C_D=1')).toEqual(['MX_A_B = perhaps set, not read', 'MX_C_D = text "1"']);
    expect(read('MX_A_B')).toEqual(['MX_A_B = perhaps set, not read']);
  });
});

describe('a line that concerns no constant costs nothing', () => {
  test.each([
    ['a name alone', 'HTTP_PROXY'],
    ['an escaped quote', "GREETING='Let\\'s go'"],
    ['a name that begins with a digit', '2FA=x'],
    ['a name with another sign', 'FOO%BAR=1'],
    ['a name with a blank', 'FOO BAR=1'],
    ['a quote without its end', 'GREETING="hello'],
    ['a variable that cannot be put in', `X=\${`],
    ['text after a closing quote', 'X="a"b'],
    ['dots and brackets', 'a.b-c[0]=1'],
    ['no name', '=x'],
    ['a comment in Latin-1', Buffer.from('# Gr\xfc\xdfe', 'latin1')],
    ['a value in Latin-1', Buffer.from('X=Gr\xfc\xdfe', 'latin1')],
  ])('%s', (_, line) => {
    const content = Buffer.concat([
      Buffer.from('MX_M_First=1\n'),
      Buffer.from(line),
      Buffer.from('\nMX_M_Plain=hello\n'),
    ]);
    expect(read(content)).toEqual(['MX_M_First = text "1"', 'MX_M_Plain = text "hello"']);
  });

  test('settings of the runtime are no constants', () => {
    expect(read('MXRUNTIME_A_B=1\nMX_INSTALL_PATH=/opt\nmx_a_b=1')).toEqual([]);
  });
});

describe('a line that concerns constants', () => {
  test('counts by its last occurrence, and the file says so', () => {
    expect(read('MX_A_B=1\nMX_A_B=2')).toEqual(['MX_A_B = text "2"']);
    expect(notesIn('environment_file', 'MX_A_B=1\nMX_A_B=2')).toEqual([
      'It sets MX_A_B more than once; the last counts.',
    ]);
    expect(notesIn('environment_file', 'X=1\nX=2')).toEqual([]);
  });

  test('is not known when it is not UTF-8', () => {
    expect(read(Buffer.from('MX_A_B=Gr\xfc\xdfe', 'latin1'))).toEqual(['MX_A_B = surely set, not read']);
  });

  test.each([
    ['a constant without =', 'MX_A_B hello'],
    ['a constant in a quote without its end', 'MX_A_B="hello'],
    ['an exported one', 'export MX_A_B hello'],
    ['CONSTANTS in a quote without its end', "CONSTANTS='{}"],
    [
      'a variable out of others that double each other',
      `V0=x\n${Array.from({ length: 60 }, (_, at) => `V${at + 1}=$V${at}$V${at}\n`).join('')}MX_A_B=$V60`,
    ],
    ['a variable that cannot be put in', `MX_A_B=\${x`],
    ['a required variable that is empty', `X=\nMX_A_B=\${X:?}`],
  ])('%s is refused', (_, content) => {
    expect(refusalOf('environment_file', content)).toBe('invalid-line');
  });
});

describe('CONSTANTS', () => {
  test('is a JSON map below the variables, where null means "not set"', () => {
    const content = 'MX_A_B=top\nCONSTANTS={"A.B":"below","C.D":0.10,"E.F":true,"G.H":null,"I.J":NaN}\n';
    expect(read(content)).toEqual([
      'MX_A_B = text "top"',
      'A.B CONSTANTS = text "below"',
      'C.D CONSTANTS = number "0.10"',
      'E.F CONSTANTS = boolean true',
      'I.J CONSTANTS = number "NaN"',
    ]);
    expect(read(`CONSTANTS='{"A.B":"x y"}'`)).toEqual(['A.B CONSTANTS = text "x y"']);
    expect(read('CONSTANTS={"A.B":1,"A.B":2}')).toEqual(['A.B CONSTANTS = number "2"']);
  });

  test('that depends on the host may set anything', () => {
    expect(read('MX_A_B=1\nCONSTANTS')).toEqual(['MX_A_B = text "1"', 'anything CONSTANTS']);
    expect(read('CONSTANTS={"A.B":"$HOST"}')).toEqual(['anything CONSTANTS']);
  });

  test.each([
    ['that is no JSON', 'CONSTANTS={A.B:1}'],
    ['that is a list', 'CONSTANTS=[]'],
  ])('%s is refused', (_, content) => {
    expect(refusalOf('environment_file', content)).toBe('invalid-json');
  });
});

describe('custom settings of the runtime', () => {
  const computed = 'MX_A_B=variable\nCONSTANTS={"A.B":"map","C.D":"map"}\n';

  test('replace what variables and CONSTANTS set as a whole, as the buildpack does', () => {
    const settings = `CUSTOM_RUNTIME_SETTINGS={"X":1,"MicroflowConstants":{"A.B":"custom"}}\n`;
    expect(read(computed + settings)).toEqual(['A.B CUSTOM_RUNTIME_SETTINGS.MicroflowConstants = text "custom"']);
    expect(notesIn('environment_file', computed + settings)).toEqual([
      'Its CUSTOM_RUNTIME_SETTINGS.MicroflowConstants replaces the variables MX_… and CONSTANTS as a whole.',
    ]);
    expect(notesIn('environment_file', settings)).toEqual([]);
  });

  test('may hold the constants as a JSON text', () => {
    const set = ['A.B CUSTOM_RUNTIME_SETTINGS.MicroflowConstants = number "1.50"'];
    expect(read(`CUSTOM_RUNTIME_SETTINGS='{"MicroflowConstants":"{\\"A.B\\":1.50}"}'`)).toEqual(set);
    expect(read(`CUSTOM_RUNTIME_SETTINGS={"MicroflowConstants":"{\\"A.B\\":1.50}"}`)).toEqual(set);
  });

  test('in a variable of their own win over those in the map', () => {
    const own = 'MXRUNTIME_MicroflowConstants={"A.B":"own"}\n';
    expect(read(`CUSTOM_RUNTIME_SETTINGS={"MicroflowConstants":{"A.B":"map"}}\n${own}`)).toEqual([
      'A.B MXRUNTIME_MicroflowConstants = text "own"',
    ]);
  });

  test('without constants leave everything as it is', () => {
    expect(read(`${computed}CUSTOM_RUNTIME_SETTINGS={"X":1}`).length).toBe(3);
    expect(read(`${computed}CUSTOM_RUNTIME_SETTINGS={"MicroflowConstants":null}`).length).toBe(3);
  });

  test('that depend on the host may set anything, over everything else', () => {
    expect(read('CUSTOM_RUNTIME_SETTINGS\nMX_A_B=1')).toEqual([
      'anything CUSTOM_RUNTIME_SETTINGS',
      'MX_A_B = text "1"',
    ]);
  });

  test.each([
    ['that are no JSON', 'CUSTOM_RUNTIME_SETTINGS={x', 'invalid-json'],
    ['whose constants are no JSON', 'MXRUNTIME_MicroflowConstants=x', 'invalid-json'],
    ['whose constants are a list', 'CUSTOM_RUNTIME_SETTINGS={"MicroflowConstants":[]}', 'unexpected-content'],
  ])('%s are refused', (_, content, reason) => {
    expect(refusalOf('environment_file', content)).toBe(reason);
  });
});
