import { describe, expect, test } from 'vitest';
import { isRandomToken } from '../../../../../lambdas/mendix/secrets/credential/random.ts';

describe('a token that no person wrote', () => {
  test.each([
    ['hexadecimal of 24 digits', '9f8e7d6c5b4a392817060000'],
    ['with blanks around it', ' 9f8e7d6c5b4a392817060000 '],
    ['letters and digits of 16', 'q7Rk2vXw9LbT4sYh'],
    ['small letters and digits', 'q7rk2vxw9lbt4syh'],
    ['capitals and digits', 'Q7RK2VXW9LBT4SYH'],
    ['24 letters of both cases', 'qWkRvXwLbTsYhNdEzKfPmJgC'],
    ['sixteen letters of both cases, twice', 'qWkRvXwLbTsYhNdEqWkRvXwLbTsYhNdE'],
    ['with the signs of base64', 'q7Rk2vXw9LbT/sYh+NdEzKf='],
  ])('%s', (_, text) => expect(isRandomToken(text)).toBe(true));

  test.each([
    ['hexadecimal of 23 digits', '9f8e7d6c5b4a39281706000'],
    ['digits alone', '123456789012345678901234'],
    ['the letters a to f alone', 'abcdefabcdefabcdefabcdef'],
    ['15 letters and digits', 'q7Rk2vXw9LbT4sY'],
    ['two words', 'q7Rk2vXw9 LbT4sYhNd'],
    ['a sign that tokens have not', 'q7Rk2vXw9LbT4sYh"x'],
    ['small letters alone', 'qwkrvxwlbtsyhndezkfpmjgc'],
    ['capitals alone', 'QWKRVXWLBTSYHNDEZKFPMJGC'],
    ['23 letters of both cases', 'qWkRvXwLbTsYhNdEzKfPmJg'],
    ['letters of both cases that repeat', 'aBaBaBaBaBaBaBaBaBaBaBaB'],
    ['three characters by turns', 'xY1xY1xY1xY1xY1xY1xY1'],
    ['eight characters by turns', 'xY1z2Wv3xY1z2Wv3'],
    ['five characters by turns', 'xY1z2xY1z2xY1z2xY1z2'],
    ['words in camel case', 'OrderProcessingForTheShopFrontEnd'],
    ['words and a year', 'OrderTemplate2024'],
    ['one character again and again', 'zzzzzzzzzzzzzzz1zzzzzzzzzzzzzzz1'],
    ['words and digits in two groups', 'orders2024customers2025'],
  ])('not: %s', (_, text) => expect(isRandomToken(text)).toBe(false));
});
