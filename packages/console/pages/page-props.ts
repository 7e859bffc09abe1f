/** What each page of an environment is given. */
import type { Environment } from '@mrt/client';

export interface PageProps {
  environment: Environment;
}
