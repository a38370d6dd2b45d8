/** Names under which passwords are kept on the admin host, in the file `KEPT_SECRETS`. */

/** Parameters that are generated when the configuration does not set them. */
export const GENERATED_SECRETS = ['grafana_admin_password', 'grafana_view_password', 'haproxy_admin_password'] as const;
/** Nobody sets this one: the salts of password files are made from it. */
export const HTPASSWD_SALT = 'htpasswd_salt';
