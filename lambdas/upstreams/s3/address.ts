/** Where a bucket is on the network. */

export interface BucketAddress {
  endpoint: URL;
  /** What comes before a key's slash: empty where the bucket's name is in the host. */
  path: string;
}

/**
 * The Region's own host, or what the SDKs' standard variable `AWS_ENDPOINT_URL_S3` names.
 * Source: S3 user guide, "Virtual hosting of buckets"; AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
 */
export function bucketAddress(bucket: string, region: string): BucketAddress {
  const override = process.env['AWS_ENDPOINT_URL_S3'];
  if (override) return { endpoint: new URL(override), path: `/${bucket}` };
  // Virtual-hosted addresses do not match S3's certificate when the bucket's name has dots.
  return bucket.includes('.')
    ? { endpoint: new URL(`https://s3.${region}.amazonaws.com`), path: `/${bucket}` }
    : { endpoint: new URL(`https://${bucket}.s3.${region}.amazonaws.com`), path: '' };
}
