import type { ConstantType } from '../../../../../lambdas/mendix/constants/value.ts';

/** [name, value, type (a string unless said)] of a constant that was labelled by hand. */
export type Line = readonly [name: string, value: string, type?: ConstantType];
