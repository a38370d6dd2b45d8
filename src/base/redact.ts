/** Keeps secrets and terminal control sequences out of everything that leaves the process. */

const URL_USERINFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi;
const SECRET_QUERY = /([?&](?:token|key|password|passwd|secret|sig|signature|access_token|x-amz-[a-z-]+)=)[^&\s]+/gi;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Removes `user:password@` and secret query values from every URL in `text`, and control characters except tab and newline.
 *
 * @example redact('GET https://bob:pw@host/x?token=1') // 'GET https://***@host/x?token=***'
 */
export function redact(text: string): string {
  return text.replace(URL_USERINFO, '$1***@').replace(SECRET_QUERY, '$1***').replace(CONTROL, '');
}
