/** The library has no types of its own. */
declare module 'apache-md5' {
  /** A `$apr1$` hash; `salt` is a whole earlier hash or `$apr1$salt`. */
  function hash(password: string, salt?: string): string;
  export = hash;
}
