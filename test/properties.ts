/**
 * fast-check with one seed: what passed once passes again, on every machine. `MRT_PROPERTIES_SEED` tries other values; a
 * property that fails names its seed.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env['MRT_PROPERTIES_SEED'] ?? 8) });

export default fc;
