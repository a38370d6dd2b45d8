/** Texts of one line, full of characters that mean something to some format. */
import fc from 'fast-check';

export const anyLine = fc.oneof(
  fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '')),
  fc.array(fc.constantFrom(...`;{}"'\\ #$%\`=[]<>&ab`), { maxLength: 20 }).map((all) => all.join('')),
);
