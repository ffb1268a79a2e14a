/** A formula or a name that may go on in the next line after a bracket, a dot or an underscore, and not in the middle of a word. */
export function breakable(text: string) {
  return text.split(/(?<=[(_]|\.(?!\d))/).map((part) => (
    <>
      {part}
      <wbr />
    </>
  ));
}
