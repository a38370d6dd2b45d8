/** Where a host keeps its keys and certificates between runs; below what `facts/earlier-runs.ts` reads. */

export const KEPT_PKI_DIRECTORY = '/etc/pigsty/pki';
export const KEPT_CA_CERT = `${KEPT_PKI_DIRECTORY}/ca.crt`;
export const KEPT_CA_KEY = `${KEPT_PKI_DIRECTORY}/ca.key`;
export const KEPT_INFRA_CERT = `${KEPT_PKI_DIRECTORY}/infra.crt`;
export const KEPT_INFRA_KEY = `${KEPT_PKI_DIRECTORY}/infra.key`;
export const KEPT_NGINX_CERT = `${KEPT_PKI_DIRECTORY}/nginx.crt`;
export const KEPT_NGINX_KEY = `${KEPT_PKI_DIRECTORY}/nginx.key`;
/** Generated passwords, as parameters that could stand in pigsty.yml. */
export const KEPT_SECRETS = '/etc/pigsty/secrets.yml';
