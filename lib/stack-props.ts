/** What every stack of a stage has in common. */
import { DefaultStackSynthesizer, type IStackSynthesizer, type StackProps } from 'aws-cdk-lib';
import type { Config } from '../config/schema.ts';

/** Protection and the company's bootstrap; a new synthesizer each time, as each stack wants its own. */
export function stackProps({ termination_protection, qualifier }: Config): StackProps {
  return {
    terminationProtection: termination_protection,
    ...(qualifier && {
      // The CDK's own class misses its interface under exactOptionalPropertyTypes.
      synthesizer: new DefaultStackSynthesizer({ qualifier }) as IStackSynthesizer,
    }),
  };
}
