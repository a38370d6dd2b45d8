/** nginx's password file (https://nginx.org/en/docs/http/ngx_http_auth_basic_module.html): one `user:$apr1$…` a line. */
import { createHmac } from 'node:crypto';
import md5 from 'apache-md5';

/**
 * The text, users in the order given. The salt of a user is computed from `saltSecret`: the same passwords give the same file, and a salt
 * tells nothing about the password.
 */
export function formatHtpasswd(users: Readonly<Record<string, string>>, saltSecret: string): string {
  return Object.entries(users)
    .map(([user, password]) => {
      const digest = createHmac('sha256', saltSecret).update(`htpasswd:${user}`).digest('hex');
      return `${user}:${md5(password, `$apr1$${digest.slice(0, 8)}`)}\n`;
    })
    .join('');
}
