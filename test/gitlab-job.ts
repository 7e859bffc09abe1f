/**
 * Claims of a good job of the pipeline `etl`, as GitLab makes them (GitLab documentation, "OpenID Connect (OIDC) Authentication
 * Using ID Tokens"); the audience is the test's.
 */
export const GITLAB_JOB = {
  sub: 'project_path:data/etl:ref_type:branch:ref:main',
  project_id: '4711',
  project_path: 'data/etl',
  ref: 'main',
  ref_type: 'branch',
  ref_protected: 'true',
  job_id: '42',
};
